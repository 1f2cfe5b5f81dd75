using System.Reflection;
using System.Runtime.CompilerServices;
using Xunit;

namespace Floe.Tests.Properties;

/// <summary>
/// The public surface of an assembly as sorted lines, held to a file under api/. Where a change is meant, FLOE_UPDATE_API=1 ./floe test
/// PublicApi writes
/// the file again, and the change shows in the commit.
/// </summary>
internal static class PublicSurface
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    // What every record has.
    private static readonly string[] OfRecords = [
        "Equals", "GetHashCode", "ToString", "Deconstruct", "op_Equality", "op_Inequality", "<Clone>$"];

    public static void IsTheBaseline(Assembly assembly)
    {
        string path = Path.Combine(Root(AppContext.BaseDirectory), "api", assembly.GetName().Name + ".txt");
        string found = string.Join('\n', Lines(assembly)) + "\n";
        if (Environment.GetEnvironmentVariable("FLOE_UPDATE_API") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, found);
        }

        string[] expected = File.ReadAllLines(path);
        string[] now = found.TrimEnd('\n').Split('\n');
        Assert.True(
            expected.SequenceEqual(now),
            $"gone:\n{string.Join('\n', expected.Except(now))}\nnew:\n{string.Join('\n', now.Except(expected))}\nFLOE_UPDATE_API=1 ./floe "
                + $"test PublicApi writes {path} again");
    }

    private static IEnumerable<string> Lines(Assembly assembly) => assembly.GetExportedTypes()
        .SelectMany(type => Members(type).Select(m => $"{Name(type)}.{m}").Prepend($"{Kind(type)} {Name(type)}{Bases(type)}"))
        .Order(StringComparer.Ordinal);

    private static IEnumerable<string> Members(Type type) => type.IsEnum
        ? Enum.GetNames(type)
            .Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name), System.Globalization.CultureInfo.InvariantCulture)}")
        : type.GetMembers(Declared)
            .Where(m => m is not Type
                && !OfRecords.Contains(m.Name)
                && m is not MethodInfo { IsSpecialName: true }
                && !m.IsDefined(typeof(CompilerGeneratedAttribute)))
            .Select(Signature);

    private static string Signature(MemberInfo member) => member switch
    {
        ConstructorInfo constructor => $"new({Parameters(constructor)})",
        MethodInfo method => $"{Static(method.IsStatic)}{method.Name}{Generics(method)}({Parameters(method)}) : {Name(method.ReturnType)}",
        PropertyInfo property => $"{Static((property.GetMethod ?? property.SetMethod)!.IsStatic)}{property.Name} : "
            + $"{Name(property.PropertyType)}{(property.SetMethod is { IsPublic: true } ? " { get; init; }" : "")}",
        FieldInfo field => $"{(field.IsLiteral ? "const " : Static(field.IsStatic))}{field.Name} : {Name(field.FieldType)}",
        _ => member.ToString()!,
    };

    private static string Static(bool isStatic) => isStatic ? "static " : "";

    private static string Generics(MethodInfo method) => method.IsGenericMethod
        ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>"
        : "";

    private static string Parameters(MethodBase method) =>
        string.Join(
            ", ", method.GetParameters()
                .Select(p => $"{Name(p.ParameterType)} {p.Name}{(p.IsOptional ? " = " + (p.RawDefaultValue ?? "default") : "")}"));

    private static string Kind(Type type) =>
        type.IsEnum ? "enum"
        : type.IsValueType ? "struct"
        : type.IsInterface ? "interface"
        : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
        : type is { IsAbstract: true, IsSealed: true } ? "static class"
        : type.IsAbstract ? "abstract class"
        : type.IsSealed ? "sealed class"
        : "class";

    private static string Bases(Type type) => type.BaseType is { } parent && parent.Assembly == type.Assembly ? $" : {Name(parent)}" : "";

    private static string Name(Type type)
    {
        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }

        string plain = type.IsGenericParameter || type.Namespace?.StartsWith("Floe.", StringComparison.Ordinal) != true
            ? type.Name
            : (type.FullName ?? type.Name)
                .Split('[')[0]
                .Replace("Floe.Domain.", "", StringComparison.Ordinal)
                .Replace("Floe.Effects.", "", StringComparison.Ordinal)
                .Replace('+', '.');
        return type.IsGenericType ? $"{plain.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : plain;
    }

    private static string Root(string folder) => File.Exists(Path.Combine(folder, "Floe.sln"))
        ? folder
        : Root(Path.GetDirectoryName(folder)!);
}
