using System.Collections;
using System.Reflection;
using Floe.Domain;
using Floe.Effects.Engine;
using Floe.Effects.Training;
using LanguageExt;
using TorchSharp;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.WrongInputs;

/// <summary>A value that a function should not be given.</summary>
/// <param name="Parameter">Which parameter gets it; null for what the function is called on.</param>
/// <param name="Name">What is wrong.</param>
/// <param name="Make">Makes it.</param>
internal sealed record WrongValue(ParameterInfo? Parameter, string Name, Func<World, object?> Make);

/// <summary>One call of a function.</summary>
/// <param name="Function">The function.</param>
/// <param name="Wrong">The parameter that gets a wrong value, and which; null where all values are right.</param>
internal sealed record Call(MethodBase Function, WrongValue? Wrong)
{
    // A sequence may be as long as a wrong number says.
    private const int Asked = 1000;

    public string Name =>
        Functions.Signature(Function) + (Wrong is { } wrong ? $" where {wrong.Parameter?.Name ?? "it"} is {wrong.Name}" : "");

    /// <summary>Every call of every function whose parameters have values: with right values, then with each wrong value of each
    /// parameter.</summary>
    public static IEnumerable<Call> All => Functions.Callable.SelectMany(function => Receiver(function)
        .Concat(function.GetParameters()
            .SelectMany(p => Functions.ValuesOf(function, p)!.Wrong.Select(w => new WrongValue(p, w.Name, w.Make))))
        .Select(wrong => new Call(function, wrong))
        .Prepend(new Call(function, null)));

    /// <summary>Makes the call.</summary>
    /// <returns><c>right</c>, <c>error</c> and its message, or what must not be: an exception, or an answer that is none.</returns>
    public string Make(World world)
    {
        using DisposeScope scope = NewDisposeScope();
        try
        {
            object? receiver = Function.IsStatic || Function is ConstructorInfo ? null
                : Wrong is { Parameter: null } other ? other.Make(world)
                : Functions.ValuesOf(Function.DeclaringType!)!.Right(world);
            object?[] arguments = [
                .. Function.GetParameters()
                    .Select(p => Wrong is { } bad && bad.Parameter == p ? bad.Make(world) : Functions.ValuesOf(Function, p)!.Right(world))];
            return Judge(TensorEdge.Run<object?>("call", () => Answer(Invoke(receiver, arguments), world)));
        }
#pragma warning disable CA1031 // whatever comes here is what must not come
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            return $"threw {thrown.GetType().Name}: {thrown.Message.Split('\n')[0]} {thrown.StackTrace?.Split('\n')[0].Trim()}";
        }
    }

    private static IEnumerable<WrongValue> Receiver(MethodBase function) =>
        function.IsStatic || function is ConstructorInfo
            ? []
            : Functions.ValuesOf(function.DeclaringType!)!.Wrong.Select(w => new WrongValue(null, w.Name, w.Make));

    private object? Invoke(object? receiver, object?[] arguments) => Function is ConstructorInfo constructor
        ? constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, arguments, null)
        : Function.Invoke(receiver, BindingFlags.DoNotWrapExceptions, null, arguments, null);

    // What is answered late is asked for: the items of a sequence, the work of a function.
    private static object? Answer(object? answer, World world)
    {
        switch (answer)
        {
            case Accumulate accumulate:
                return accumulate(world.Home.Samples, 1);
            case IEnumerable items and not string:
                int asked = 0;
                foreach (object? item in items)
                {
                    if (++asked == Asked)
                    {
                        break;
                    }
                }

                break;
        }

        return answer ?? "nothing";
    }

    private static string Judge(Either<FloeError, object?> answer) => answer.Match(
        Left: error => Message(error),
        Right: value =>
        {
            string said = value is not null
                && value.GetType() is { IsGenericType: true } type
                && type.GetGenericTypeDefinition() == typeof(Either<,>)
                ? Said((dynamic)value)
                : "right";
            (value as IDisposable)?.Dispose();
            return said;
        });

    private static string Said<T>(Either<FloeError, T> answer)
    {
        if (answer.IsBottom)
        {
            return "threw nothing and answered neither";
        }

        return answer.Match(
            Left: Message,
            Right: value =>
            {
                (value as IDisposable)?.Dispose();
                return "right";
            });
    }

    private static string Message(FloeError error) => $"error {error.Message.Replace('\n', ' ')}";
}
