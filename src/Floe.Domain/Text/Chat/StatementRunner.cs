using System.Collections.Immutable;

namespace Floe.Domain.Text.Chat;

/// <summary>What statements do: they print into the run and set variables of their scope.</summary>
internal static class StatementRunner
{
    /// <summary>Runs statements in order, up to a fault or the end of the loop around them.</summary>
    public static void Run(TemplateRun run, TemplateScope scope, ImmutableArray<TemplateStatement> statements)
    {
        foreach (TemplateStatement statement in statements)
        {
            if (run.Stopped)
            {
                return;
            }

            run.Charge(statement.At, 1);
            _ = run.Nested(statement.At, false, () =>
            {
                Do(run, scope, statement);
                return true;
            });
        }
    }

    private static void Do(TemplateRun run, TemplateScope scope, TemplateStatement statement)
    {
        switch (statement)
        {
            case TemplateStatement.Data data:
                run.Print(data.At, data.Text);
                break;
            case TemplateStatement.Print print:
                TemplateValue value = ExpressionEvaluator.Value(run, scope, print.Value);
                if (run.Fault is null)
                {
                    run.Print(print.At, run.Text(print.At, value));
                }

                break;
            case TemplateStatement.If choice:
                Run(run, scope, choice.Branches.FirstOrDefault(branch =>
                    run.Fault is null
                        && (branch.Test is null
                            || ExpressionEvaluator.Value(run, scope, branch.Test).Holds)).Body is { IsDefault: false } body
                        ? body
                        : []);
                break;
            case TemplateStatement.For loop:
                Loop(run, scope, loop);
                break;
            case TemplateStatement.Set set:
                Set(run, scope, set);
                break;
            case TemplateStatement.SetBlock block:
                TemplateValue printed = new TemplateValue.Words(run.Captured(() => Run(run, new TemplateScope(scope), block.Body)));
                scope.Set(block.Name, ExpressionEvaluator.Apply(run, scope, printed, block.Filters));
                break;
            case TemplateStatement.Macro macro:
                scope.Set(macro.Name, new TemplateValue.Callable(macro.Name, call => Call(call, scope, macro)));
                break;
            case TemplateStatement.Generation generation:
                Run(run, scope, generation.Body);
                break;
            case TemplateStatement.Leave leave:
                run.Leaving = leave;
                break;
        }
    }

    private static void Loop(TemplateRun run, TemplateScope scope, TemplateStatement.For loop)
    {
        ImmutableArray<TemplateValue> items = run.Items(loop.At, ExpressionEvaluator.Value(run, scope, loop.Items));
        if (loop.Filter is { } filter)
        {
            items = [.. items.Where(item =>
            {
                TemplateScope inner = new(scope);
                Assign(run, inner, loop.At, loop.Names, item);
                return run.Fault is null && ExpressionEvaluator.Value(run, inner, filter).Holds;
            })];
        }

        for (int at = 0; at < items.Length && !run.Stopped; at++)
        {
            TemplateScope inner = new(scope);
            inner.Set("loop", new TemplateValue.Loop(items, at));
            Assign(run, inner, loop.At, loop.Names, items[at]);
            Run(run, inner, loop.Body);
            if (run.Leaving is { } leave)
            {
                run.Leaving = null;
                if (leave.Ends)
                {
                    break;
                }
            }
        }

        if (items.IsEmpty)
        {
            Run(run, new TemplateScope(scope), loop.Otherwise);
        }
    }

    private static void Set(TemplateRun run, TemplateScope scope, TemplateStatement.Set set)
    {
        TemplateValue value = ExpressionEvaluator.Value(run, scope, set.Value);
        if (set.Member is null)
        {
            Assign(run, scope, set.At, set.Names, value);
        }
        else if (scope.Find(set.Names[0]) is TemplateValue.Space space)
        {
            space.Members[set.Member] = value;
        }
        else
        {
            _ = run.Refuse(FaultKind.Wrong, set.At, $"a member set on {set.Names[0]}, which is no namespace");
        }
    }

    private static void Assign(TemplateRun run, TemplateScope scope, int at, ImmutableArray<string> names, TemplateValue value)
    {
        if (names.Length == 1)
        {
            scope.Set(names[0], value);
            return;
        }

        ImmutableArray<TemplateValue> parts = run.Items(at, value);
        if (parts.Length != names.Length)
        {
            _ = run.Refuse(FaultKind.Wrong, at, $"{parts.Length} values for {names.Length} names");
            return;
        }

        for (int i = 0; i < names.Length; i++)
        {
            scope.Set(names[i], parts[i]);
        }
    }

    private static TemplateValue.Words Call(TemplateCall call, TemplateScope scope, TemplateStatement.Macro macro)
    {
        call.Only($"the macro {macro.Name}", [.. macro.Parameters.Select(parameter => parameter.Name)]);
        TemplateScope inner = new(scope);
        for (int i = 0; i < macro.Parameters.Length; i++)
        {
            (string name, TemplateExpression? missing) = macro.Parameters[i];
            inner.Set(
                name, call.Get(i, name)
                    ?? (missing is null ? new TemplateValue.Undefined(name) : ExpressionEvaluator.Value(call.Run, inner, missing)));
        }

        return new TemplateValue.Words(call.Run.Captured(() => Run(call.Run, inner, macro.Body)));
    }
}
