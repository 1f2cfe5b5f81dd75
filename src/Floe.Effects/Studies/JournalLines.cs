using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Floe.Domain;
using Floe.Domain.Ranks.Studies;
using Floe.Effects.Formats;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Floe.Effects.Studies;

/// <summary>
/// One event as a line of Optuna's journal (version 4): a JSON object with <c>op_code</c> and <c>worker_id</c>. Python writes numbers that
/// are none as NaN and Infinity, which are read and written the same.
/// </summary>
internal static class JournalLines
{
    private static readonly JsonWriterOptions Form = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The line of an event, without its end.</summary>
    /// <param name="one">The event; not an unknown one.</param>
    public static string Write(StudyEvent one)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes, Form))
        {
            writer.WriteStartObject();
            writer.WriteNumber("op_code", Code(one));
            writer.WriteString("worker_id", one.Worker);
            Fields(writer, one);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    /// <summary>The event of a line. Errors: no JSON object, or not of this format.</summary>
    /// <param name="where">File and line, for the message.</param>
    /// <param name="line">The line.</param>
    public static Either<FloeError, StudyEvent> Read(string where, string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(Quoted(line));
            return Read(document.RootElement);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            return new FloeError.BadData(
                where, "a line of Optuna's journal: a JSON object with op_code and what belongs to it", line.Length > 60
                    ? line[..60] + "…"
                    : line,
                "Give the journal of a study, or another path for a new one.");
        }
    }

    private static int Code(StudyEvent one) => one switch
    {
        StudyEvent.StudyCreated => 0,
        StudyEvent.StudyDeleted => 1,
        StudyEvent.StudyTold { For: Audience.User } => 2,
        StudyEvent.StudyTold => 3,
        StudyEvent.TrialCreated => 4,
        StudyEvent.ParameterSet => 5,
        StudyEvent.TrialEntered => 6,
        StudyEvent.TrialReported => 7,
        StudyEvent.TrialTold { For: Audience.User } => 8,
        StudyEvent.TrialTold => 9,
        StudyEvent.Unknown e => e.Code,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static void Fields(Utf8JsonWriter writer, StudyEvent one)
    {
        switch (one)
        {
            case StudyEvent.StudyCreated e:
                writer.WriteString("study_name", e.Name);
                writer.WriteStartArray("directions");
                for (int i = 0; i < e.Objectives; i++)
                {
                    writer.WriteNumberValue((int)e.Direction);
                }

                writer.WriteEndArray();
                break;
            case StudyEvent.StudyDeleted e:
                writer.WriteNumber("study_id", e.Study);
                break;
            case StudyEvent.StudyTold e:
                writer.WriteNumber("study_id", e.Study);
                Told(writer, e.For, e.Key, e.Json);
                break;
            case StudyEvent.TrialCreated e:
                Created(writer, e);
                break;
            case StudyEvent.ParameterSet e:
                writer.WriteNumber("trial_id", e.Trial);
                writer.WriteString("param_name", e.Parameter.Name);
                Number(writer, "param_value_internal", e.Parameter.Stored);
                writer.WriteString("distribution", e.Parameter.Distribution);
                break;
            case StudyEvent.TrialEntered e:
                writer.WriteNumber("trial_id", e.Trial);
                writer.WriteNumber("state", (int)e.State);
                Values(writer, "values", e.Value);
                e.When.IfSome(when => writer.WriteString(e.State == TrialState.Running ? "datetime_start" : "datetime_complete", when));
                break;
            case StudyEvent.TrialReported e:
                writer.WriteNumber("trial_id", e.Trial);
                writer.WriteNumber("step", e.Step);
                Number(writer, "intermediate_value", e.Value);
                break;
            case StudyEvent.TrialTold e:
                writer.WriteNumber("trial_id", e.Trial);
                Told(writer, e.For, e.Key, e.Json);
                break;
        }
    }

    private static void Created(Utf8JsonWriter writer, StudyEvent.TrialCreated e)
    {
        writer.WriteNumber("study_id", e.Study);
        Text(writer, "datetime_start", e.Start);
        if (e.State == TrialState.Running && e.Parameters.IsEmpty && e.Told.IsEmpty)
        {
            return;
        }

        writer.WriteNumber("state", (int)e.State);
        e.Value.Match(value => Number(writer, "value", value), () => writer.WriteNull("value"));
        writer.WriteNull("values");
        e.End.IfSome(end => writer.WriteString("datetime_complete", end));
        Object(writer, "distributions", e.Parameters.AsEnumerable(), p => writer.WriteString(p.Name, p.Distribution));
        Object(writer, "params", e.Parameters.AsEnumerable(), p => Number(writer, p.Name, p.Stored));
        foreach (Audience audience in new[] { Audience.User, Audience.System })
        {
            Object(writer, audience == Audience.User
                ? "user_attrs"
                : "system_attrs", e.Told.Where(t => t.For == audience), t => Raw(writer, t.Key, t.Json));
        }

        Object(writer, "intermediate_values", e.Intermediate.AsEnumerable(), v =>
            Number(writer, v.Step.ToString(CultureInfo.InvariantCulture), v.Value));
    }

    private static void Told(Utf8JsonWriter writer, Audience audience, string key, string json) =>
        Object(writer, audience == Audience.User ? "user_attr" : "system_attr", [0], _ => Raw(writer, key, json));

    private static void Raw(Utf8JsonWriter writer, string key, string json)
    {
        writer.WritePropertyName(key);
        writer.WriteRawValue(json, skipInputValidation: true);
    }

    private static void Object<T>(Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<T> write)
    {
        writer.WriteStartObject(name);
        foreach (T item in items)
        {
            write(item);
        }

        writer.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter writer, string name, Option<string> text) =>
        text.Match(value => writer.WriteString(name, value), () => writer.WriteNull(name));

    private static void Values(Utf8JsonWriter writer, string name, Option<double> value)
    {
        if (value.Case is not double known)
        {
            writer.WriteNull(name);
            return;
        }

        writer.WriteStartArray(name);
        writer.WriteRawValue(StudyJson.Number(known), skipInputValidation: true);
        writer.WriteEndArray();
    }

    private static void Number(Utf8JsonWriter writer, string name, double value) => Raw(writer, name, StudyJson.Number(value));

    private static StudyEvent Read(JsonElement e)
    {
        string worker = StudyJson.Member(e, "worker_id").GetString() ?? "";
        return StudyJson.Member(e, "op_code").GetInt32() switch
        {
            0 => new StudyEvent.StudyCreated(worker, String(e, "study_name"), (Direction)StudyJson.Member(e, "directions")[0].GetInt32())
            {
                Objectives = StudyJson.Member(e, "directions").GetArrayLength(),
            },
            1 => new StudyEvent.StudyDeleted(worker, Id(e, "study_id")),
            2 => ToldStudy(worker, e, Audience.User, "user_attr"),
            3 => ToldStudy(worker, e, Audience.System, "system_attr"),
            4 => Created(worker, e),
            5 => new StudyEvent.ParameterSet(
                worker, Id(e, "trial_id"), new Parameter(
                    String(e, "param_name"), Real(StudyJson.Member(e, "param_value_internal")), String(e, "distribution"))),
            6 => Entered(worker, e),
            7 => new StudyEvent.TrialReported(worker, Id(e, "trial_id"), Id(e, "step"), Real(StudyJson.Member(e, "intermediate_value"))),
            8 => ToldTrial(worker, e, Audience.User, "user_attr"),
            9 => ToldTrial(worker, e, Audience.System, "system_attr"),
            int other => new StudyEvent.Unknown(worker, other),
        };
    }

    private static StudyEvent.TrialCreated Created(string worker, JsonElement e) => new StudyEvent.TrialCreated(
        worker, Id(e, "study_id"), Time(e, "datetime_start"), JsonText.Has(e, "state", out JsonElement state)
            ? (TrialState)state.GetInt32()
            : TrialState.Running)
    {
        End = Time(e, "datetime_complete"),
        Value = First(e, "value") is { IsSome: true } value ? value : First(e, "values"),
        Parameters = toArray(
            Properties(e, "params")
                .Select(p => new Parameter(p.Name, Real(p.Value), String(StudyJson.Member(e, "distributions"), p.Name)))),
        Told = toArray(Properties(e, "user_attrs").Select(p => (Audience.User, p.Name, p.Value.GetRawText()))
            .Concat(Properties(e, "system_attrs").Select(p => (Audience.System, p.Name, p.Value.GetRawText())))),
        Intermediate = toArray(
            Properties(e, "intermediate_values").Select(p => (int.Parse(p.Name, CultureInfo.InvariantCulture), Real(p.Value)))),
    };

    private static StudyEvent.TrialEntered Entered(string worker, JsonElement e)
    {
        TrialState state = (TrialState)StudyJson.Member(e, "state").GetInt32();
        return new StudyEvent.TrialEntered(
            worker, Id(e, "trial_id"), state, First(e, "values"), Time(
                e, state == TrialState.Running ? "datetime_start" : "datetime_complete"));
    }

    private static StudyEvent.StudyTold ToldStudy(string worker, JsonElement e, Audience audience, string name)
    {
        JsonProperty one = StudyJson.Items(StudyJson.Member(e, name)).First();
        return new StudyEvent.StudyTold(worker, Id(e, "study_id"), audience, one.Name, one.Value.GetRawText());
    }

    private static StudyEvent.TrialTold ToldTrial(string worker, JsonElement e, Audience audience, string name)
    {
        JsonProperty one = StudyJson.Items(StudyJson.Member(e, name)).First();
        return new StudyEvent.TrialTold(worker, Id(e, "trial_id"), audience, one.Name, one.Value.GetRawText());
    }

    private static IEnumerable<JsonProperty> Properties(JsonElement e, string name) =>
        JsonText.Has(e, name, out JsonElement inner) ? StudyJson.Items(inner) : [];

    private static int Id(JsonElement e, string name) => StudyJson.Member(e, name).GetInt32();

    private static string String(JsonElement e, string name) => StudyJson.Member(e, name).GetString() ?? throw new FormatException();

    private static Option<string> Time(JsonElement e, string name) =>
        JsonText.Has(e, name, out JsonElement time) && time.ValueKind == JsonValueKind.String ? Some(time.GetString()!) : None;

    // One value, or the first of several.
    private static Option<double> First(JsonElement e, string name) => !JsonText.Has(e, name, out JsonElement value)
        ? None
        : value.ValueKind switch
    {
        JsonValueKind.Array => value.GetArrayLength() > 0 ? Some(Real(value[0])) : None,
        _ => Some(Real(value)),
    };

    private static double Real(JsonElement e) => e.ValueKind == JsonValueKind.String
        ? e.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => throw new FormatException(),
        }
        : e.GetDouble();

    // NaN, Infinity and -Infinity outside of strings, as Python writes them, become strings.
    private static string Quoted(string line)
    {
        if (!line.Contains("NaN", StringComparison.Ordinal) && !line.Contains("Infinity", StringComparison.Ordinal))
        {
            return line;
        }

        StringBuilder text = new(line.Length + 16);
        bool inside = false;
        for (int at = 0; at < line.Length; at++)
        {
            string? word = inside
                ? null
                : System.Array.Find(["NaN", "-Infinity", "Infinity"], w => string.CompareOrdinal(line, at, w, 0, w.Length) == 0);
            if (word is not null)
            {
                text.Append('"').Append(word).Append('"');
                at += word.Length - 1;
                continue;
            }

            text.Append(line[at]);
            if (inside && line[at] == '\\' && at + 1 < line.Length)
            {
                text.Append(line[++at]);
            }
            else if (line[at] == '"')
            {
                inside = !inside;
            }
        }

        return text.ToString();
    }
}
