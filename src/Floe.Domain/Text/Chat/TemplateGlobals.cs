namespace Floe.Domain.Text.Chat;

/// <summary>The functions that a template may call.</summary>
internal static class TemplateGlobals
{
    private const int LongestRange = 1 << 20;

    /// <summary>Sets them.</summary>
    /// <param name="scope">The outermost scope.</param>
    /// <param name="clock">Whether there is a clock.</param>
    public static void Set(TemplateScope scope, bool clock)
    {
        Add(scope, "raise_exception", call => call.Run.Refuse(FaultKind.Raised, call.At, call.Text(0, "message", "")));
        Add(scope, "namespace", call => new TemplateValue.Space(Members(call)));
        Add(scope, "dict", call => new TemplateValue.Mapping([.. Members(call)]));
        Add(scope, "range", Range);
        if (clock)
        {
            Add(scope, "strftime_now", PythonTime.Format);
        }
    }

    private static void Add(TemplateScope scope, string name, Func<TemplateCall, TemplateValue> body) =>
        scope.Set(name, new TemplateValue.Callable(name, body));

    private static Dictionary<string, TemplateValue> Members(TemplateCall call)
    {
        Dictionary<string, TemplateValue> members = new(StringComparer.Ordinal);
        foreach (TemplateValue given in call.Values)
        {
            foreach (
                (string name, TemplateValue value) in given is TemplateValue.Mapping map
                    ? map.Items
                    : call.Run.Wrong(
                        call.At, $"{given.TypeName} in place of a dictionary",
                            System.Collections.Immutable.ImmutableArray<KeyValuePair<string, TemplateValue>>.Empty))
            {
                members[name] = value;
            }
        }

        foreach ((string name, TemplateValue value) in call.Named)
        {
            members[name] = value;
        }

        return members;
    }

    private static TemplateValue Range(TemplateCall call)
    {
        (long start, long stop) = call.Values.Length < 2
            ? (0, call.Count(0, "stop", 0))
            : (call.Count(0, "start", 0), call.Count(1, "stop", 0));
        long step = call.Count(2, "step", 1);
        long count = step == 0 ? -1 : Math.Max(0, ((stop - start) + step - Math.Sign(step)) / step);
        if (count is < 0 or > LongestRange)
        {
            return call.Run.Refuse(FaultKind.Limit, call.At, count < 0 ? "a range with step 0" : $"a range of more than {LongestRange}");
        }

        call.Run.Count(call.At, count);
        return new TemplateValue.Sequence([.. Enumerable.Range(0, (int)count).Select(i => TemplateValue.Number(start + (i * step)))]);
    }
}
