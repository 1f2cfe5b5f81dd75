using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;
using Floe.Effects.Adapters;

namespace Floe.Tests.Effects.WrongInputs;

/// <summary>The public functions of Floe.Effects that take a model, an adapter, masks, a plan or data, found by their parameters.</summary>
internal static class Functions
{
    /// <summary>By name, then by parameters. Constructors are theirs that check or allocate; those of records only hold.</summary>
    public static IReadOnlyList<MethodBase> All { get; } =
    [
        .. Exported.SelectMany(Members)
            .Where(method => !HasSpan(method) && Taken(method).Any(Parts.IsShaped))
            .OrderBy(Signature, StringComparer.Ordinal),
    ];

    /// <summary>Those of whose parameters every one has values: all of them, as a test holds.</summary>
    public static IReadOnlyList<MethodBase> Callable { get; } = [.. All.Where(method => Lacking(method).Length == 0)];

    /// <summary>Parameters (and the type that it is called on) without values.</summary>
    public static string[] Lacking(MethodBase method) =>
    [
        .. method.GetParameters().Where(p => ValuesOf(method, p) is null).Select(p => $"{Short(method)}({p.ParameterType} {p.Name})"),
        .. method.IsStatic || method is ConstructorInfo || ValuesOf(method.DeclaringType!) is not null
            ? System.Array.Empty<string>()
            : [Signature(method)],
    ];

    /// <summary>Those that reflection cannot call, since a span is among their parameters.</summary>
    public static IReadOnlyList<string> WithSpans { get; } =
    [
        .. Exported.SelectMany(Members)
            .Where(HasSpan)
            .Where(method => Taken(method).Any(Parts.IsShaped))
            .Select(Short)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary><c>Type.Function(parameters)</c>.</summary>
    public static string Signature(MethodBase method) =>
        $"{Short(method)}({string.Join(", ", method.GetParameters().Select(p => p.Name))})";

    /// <summary><c>Type.Function</c>.</summary>
    public static string Short(MethodBase method) => $"{method.DeclaringType!.Name}.{(method is ConstructorInfo ? "new" : method.Name)}";

    /// <summary>The values of a parameter; null where neither its type nor its name has any.</summary>
    public static Given? ValuesOf(MethodBase method, ParameterInfo parameter)
    {
        Given? found = Parts.ByName.GetValueOrDefault($"{Short(method)}({parameter.Name})") ?? ValuesOf(parameter.ParameterType);
        return found is null && parameter.HasDefaultValue ? Given.Of(parameter.DefaultValue) : found;
    }

    /// <summary>The values of a type. A function that answers nothing, such as one that takes progress, does nothing.</summary>
    public static Given? ValuesOf(Type type) =>
        Parts.ByType.GetValueOrDefault(type) ?? Inputs.ByType.GetValueOrDefault(type)
        ?? (typeof(Delegate).IsAssignableFrom(type) && type.GetMethod("Invoke")!.ReturnType == typeof(void)
            ? Given.Of(Nothing(type))
            : null);

    private static IEnumerable<Type> Exported =>
        typeof(AdapterSet).Assembly.GetExportedTypes().Where(type => !typeof(Delegate).IsAssignableFrom(type) && !type.IsInterface);

    private static IEnumerable<MethodBase> Members(Type type)
    {
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        bool record = type.GetMethod("<Clone>$") is not null || type.IsValueType;
        return type.GetMethods(Declared)
            .Where(m => !m.IsSpecialName
                && !m.IsDefined(typeof(CompilerGeneratedAttribute))
                && m.GetBaseDefinition().DeclaringType != typeof(object)
                && m.Name != nameof(IDisposable.Dispose))
            .Select(m => m.IsGenericMethodDefinition ? m.MakeGenericMethod([.. m.GetGenericArguments().Select(_ => typeof(int))]) : m)
            .Concat(record ? [] : type.GetConstructors(Declared).Cast<MethodBase>());
    }

    private static bool HasSpan(MethodBase method) => method.GetParameters().Any(p => p.ParameterType.IsByRefLike);

    private static IEnumerable<Type> Taken(MethodBase method) =>
        method.GetParameters()
            .Select(p => p.ParameterType)
            .Concat(method.IsStatic || method is ConstructorInfo ? [] : [method.DeclaringType!]);

    private static Delegate Nothing(Type type) =>
        Expression.Lambda(
            type, Expression.Empty(), type.GetMethod("Invoke")!.GetParameters().Select(p => Expression.Parameter(p.ParameterType)))
            .Compile();
}
