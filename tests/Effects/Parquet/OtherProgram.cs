using System.ComponentModel;
using System.Diagnostics;

namespace Floe.Tests.Effects.Parquet;

/// <summary>Runs a program that reads tables in place of Floe.</summary>
public static class OtherProgram
{
    /// <summary>Runs it to its end.</summary>
    public static (int Code, string Output, string Error) Run(string program, string[] arguments, string folder, string input = "")
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
            })!;
            Task<string> error = process.StandardError.ReadToEndAsync(), output = process.StandardOutput.ReadToEndAsync();
            process.StandardInput.Write(input);
            process.StandardInput.Close();
            process.WaitForExit();
            return (process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
        }
        catch (Win32Exception missing)
        {
            return (-1, "", $"{program}: {missing.Message}");
        }
    }

    /// <summary>The last line that says something of what went wrong.</summary>
    public static string LastLine(string text) =>
        text.Split('\n')
            .Select(line => line.Trim())
            .LastOrDefault(line => line.Length > 0 && !line.Contains("log", StringComparison.Ordinal))
            ?? "it said nothing";
}
