namespace Floe.Domain.Text.Chat;

/// <summary>The values of expressions.</summary>
internal static class ExpressionEvaluator
{
    /// <summary>The value of an expression.</summary>
    public static TemplateValue Value(TemplateRun run, TemplateScope scope, TemplateExpression expression)
    {
        run.Charge(expression.At, 1);
        return run.Fault is not null
            ? new TemplateValue.Nothing()
            : run.Nested<TemplateValue>(expression.At, new TemplateValue.Nothing(), () => expression switch
        {
            TemplateExpression.Constant constant => constant.Value,
            TemplateExpression.Variable variable => scope.Find(variable.Name),
            TemplateExpression.ListOf list =>
                new TemplateValue.Sequence([.. list.Items.Select(item => Value(run, scope, item))], list.IsTuple),
            TemplateExpression.MapOf map => Map(run, scope, map),
            TemplateExpression.Followed followed => Apply(run, scope, Value(run, scope, followed.Start), followed.Suffixes),
            TemplateExpression.Chain chain => chain.Rest.Aggregate(
                Value(run, scope, chain.First),
                (left, step) => TemplateOperators.Apply(run, step.At, step.Sign, left, Value(run, scope, step.Operand))),
            TemplateExpression.Comparison comparison => new TemplateValue.Truth(Holds(run, scope, comparison)),
            TemplateExpression.Logic logic => Logic(run, scope, logic),
            TemplateExpression.Prefix prefix => Prefix(run, prefix, Value(run, scope, prefix.Operand)),
            TemplateExpression.Conditional choice => Value(run, scope, choice.Test).Holds ? Value(run, scope, choice.Then)
                : choice.Otherwise is null ? new TemplateValue.Undefined("a condition without else")
                : Value(run, scope, choice.Otherwise),
            _ => run.Refuse(FaultKind.Unsupported, expression.At, "an expression"),
        });
    }

    /// <summary>A value with suffixes applied to it.</summary>
    public static TemplateValue Apply(TemplateRun run, TemplateScope scope, TemplateValue start, IEnumerable<TemplateSuffix> suffixes) =>
        suffixes.Aggregate(start, (value, suffix) => run.Fault is not null ? value : suffix switch
        {
            TemplateSuffix.Member member => TemplateMembers.Member(run, member.At, value, member.Name),
            TemplateSuffix.Index index => TemplateMembers.Index(run, index.At, value, Value(run, scope, index.Value)),
            TemplateSuffix.Slice slice =>
                TemplateMembers.Slice(
                    run, slice.At, value, Bound(run, scope, slice.From), Bound(run, scope, slice.To), Bound(run, scope, slice.Step)),
            TemplateSuffix.Call call => Called(run, value, Arguments(run, scope, call.At, call.Arguments)),
            TemplateSuffix.Filter filter => TemplateFilters.Apply(filter.Name, value, Arguments(run, scope, filter.At, filter.Arguments)),
            TemplateSuffix.Test test =>
                new TemplateValue.Truth(
                    TemplateTests.Holds(test.Name, value, Arguments(run, scope, test.At, test.Arguments)) != test.Negated),
            _ => value,
        });

    private static TemplateCall Arguments(TemplateRun run, TemplateScope scope, int at, TemplateArguments arguments) => new(
        run, at, [.. arguments.Values.Select(value => Value(run, scope, value))], [
            .. arguments.Named.Select(named => (named.Name, Value(run, scope, named.Value)))]);

    private static TemplateValue Called(TemplateRun run, TemplateValue value, TemplateCall call)
    {
        run.Charge(call.At, 1);
        return value switch
        {
            TemplateValue.Callable callable => run.Nested<TemplateValue>(call.At, new TemplateValue.Nothing(), () => callable.Body(call)),
            TemplateValue.Undefined { What: "lipsum" or "cycler" or "joiner" } other =>
                run.Refuse(FaultKind.Unsupported, call.At, $"a call of {other.What}"),
            TemplateValue.Undefined undefined => run.Refuse(FaultKind.Wrong, call.At, $"a call of {undefined.What}, which is not there"),
            _ => run.Refuse(FaultKind.Wrong, call.At, $"a call of {value.TypeName}"),
        };
    }

    private static TemplateValue? Bound(TemplateRun run, TemplateScope scope, TemplateExpression? expression) => expression is null
        ? null
        : Value(run, scope, expression);

    private static TemplateValue Map(TemplateRun run, TemplateScope scope, TemplateExpression.MapOf map)
    {
        Dictionary<string, TemplateValue> items = new(StringComparer.Ordinal);
        List<string> order = [];
        foreach ((TemplateExpression key, TemplateExpression value) in map.Items)
        {
            if (Value(run, scope, key) is not TemplateValue.Words name)
            {
                return run.Refuse(FaultKind.Unsupported, key.At, "a dictionary whose keys are no texts");
            }

            if (!items.ContainsKey(name.Value))
            {
                order.Add(name.Value);
            }

            items[name.Value] = Value(run, scope, value);
        }

        return new TemplateValue.Mapping([.. order.Select(name => KeyValuePair.Create(name, items[name]))]);
    }

    private static bool Holds(TemplateRun run, TemplateScope scope, TemplateExpression.Comparison comparison)
    {
        TemplateValue left = Value(run, scope, comparison.First);
        foreach ((string sign, int at, TemplateExpression operand) in comparison.Rest)
        {
            TemplateValue right = Value(run, scope, operand);
            if (run.Fault is not null || !TemplateOperators.Compare(run, at, sign, left, right))
            {
                return false;
            }

            left = right;
        }

        return true;
    }

    private static TemplateValue Logic(TemplateRun run, TemplateScope scope, TemplateExpression.Logic logic)
    {
        TemplateValue value = new TemplateValue.Nothing();
        foreach (TemplateExpression item in logic.Items)
        {
            value = Value(run, scope, item);
            if (value.Holds == logic.IsOr)
            {
                break;
            }
        }

        return value;
    }

    private static TemplateValue Prefix(TemplateRun run, TemplateExpression.Prefix prefix, TemplateValue value) =>
        prefix.Sign == "not" ? new TemplateValue.Truth(!value.Holds)
        : TemplateOperators.Whole(value) is { } whole ? TemplateValue.Number(prefix.Sign == "-" ? -whole : whole)
        : value is TemplateValue.Real real ? new TemplateValue.Real(prefix.Sign == "-" ? -real.Value : real.Value)
        : run.Refuse(FaultKind.Wrong, prefix.At, $"{prefix.Sign} before {value.TypeName}");
}
