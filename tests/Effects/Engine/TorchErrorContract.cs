using System.Diagnostics;
using System.Runtime.InteropServices;
using Floe.Domain;
using Floe.Effects.Engine;
using LanguageExt;
using TorchSharp;
using Xunit;
using static LanguageExt.Prelude;
using static TorchSharp.torch;

namespace Floe.Tests.Effects.Engine;

/// <summary>What Floe relies on in TorchSharp: errors that are exceptions, and the calls, banned in src/, whose errors end the
/// process.</summary>
public class TorchErrorContract
{
    private static readonly (string Name, Action Call)[] Wrong =
    [
        ("mm", () => ones(4, 3).mm(ones(4, 3))),
        ("bmm", () => ones(1, 4, 3).bmm(ones(1, 4, 3))),
        ("linear", () => nn.functional.linear(ones(4, 3), ones(2, 5))),
        ("linear, bias", () => nn.functional.linear(ones(4, 3), ones(2, 3), ones(7))),
        ("linear, element type", () => nn.functional.linear(ones(4, 3), ones(2, 3, float64))),
        ("addmm", () => ones(4, 4).addmm(ones(4, 3), ones(4, 3))),
        ("baddbmm", () => ones(1, 4, 3).baddbmm(ones(1, 3, 4), ones(1, 7, 7))),
        ("addcmul", () => ones(4, 3).addcmul(ones(7), ones(4, 3), 1f)),
        ("mul", () => ones(4, 3).mul(ones(7))),
        ("add_", () => ones(4, 3).add_(ones(7))),
        ("index_select", () => ones(3, 4).index_select(0, tensor(new long[] { 9 }))),
        ("index_select, negative", () => ones(3, 4).index_select(0, tensor(new long[] { -1 }))),
        ("gather", () => ones(2, 3).gather(1, tensor(new long[,] { { 9 }, { 0 } }))),
        ("scatter_add_", () => ones(2, 3).scatter_add_(1, tensor(new long[,] { { 9 }, { 0 } }), ones(2, 1))),
        ("index_add_", () => ones(2, 3).index_add_(0, tensor(new long[] { 9 }), ones(1, 3), 1f)),
        ("view", () => ones(3, 4).view(5, 5)),
        ("narrow", () => ones(3, 4).narrow(1, 2, 9)),
        ("split", () => ones(4, 3).split([1, 9], 0)),
        ("cat", () => cat([ones(2, 3), ones(4, 5)], 1)),
        ("copy_", () => zeros(2, 3).copy_(ones(5))),
        ("amax of nothing", () => ones(0, 0).amax([-1L], keepdim: true)),
        ("multinomial", () => zeros(2, 3).multinomial(1)),
        ("dropout", () => nn.functional.dropout(ones(3), 1.5)),
        ("negative size", () => empty(-1, 3)),
        ("too much memory", () => empty(1L << 44)),
        ("in place on a leaf", () => ones(3, requires_grad: true).copy_(ones(3))),
        ("backward without a graph", () => ones(2).sum().backward()),
        ("backward, shape", () => ones(2, requires_grad: true).mul(2).backward([ones(5)])),
        ("backward, twice", () => Twice(ones(2, requires_grad: true).square().sum())),
    ];

    // 134 is an uncaught C++ exception, 139 an address that is not there.
    private static readonly (string Name, int Code, Action Call)[] Deadly =
    [
        ("matmul", 134, () => ones(4, 3).matmul(ones(4, 3))),
        ("autograd.grad", 134, () => autograd.grad([ones(2, requires_grad: true).mul(2).sum()], [ones(2, requires_grad: true)])),
        ("jit.compile", 134, () => jit.compile("def f(x: Tensor) -> Tensor:\n    return torch.no_such_name(x)\n")),
        ("CompilationUnit.invoke", 139, () =>
            jit.compile("def f(x: Tensor) -> Tensor:\n    return x\n").invoke("no_such_function", ones(1))),
        ("set_num_threads", 134, () => set_num_threads(0)),
    ];

    public static TheoryData<string> Banned => [.. Deadly.Select(one => one.Name)];

    [Fact]
    public void WhatDoesNotFitIsAnExceptionThatTheEdgeTranslates()
    {
        foreach ((string name, Action call) in Wrong)
        {
            using DisposeScope scope = NewDisposeScope();
            Assert.True(Record(call) is ExternalException, $"{name}: {Record(call)?.GetType().Name ?? "no exception"}");
            FloeError.Io error = Assert.IsType<FloeError.Io>(
                TensorEdge.Run(name, () => fun(call)()).Match(Right: _ => null!, Left: e => e));
            Assert.DoesNotContain("frame #", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("\n", error.Found, StringComparison.Ordinal);
        }
    }

    /// <summary>When one of these is an exception too, the ban on it can go.</summary>
    [Theory]
    [MemberData(nameof(Banned))]
    public void AnErrorInABannedCallEndsTheProcess(string name)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!, ["exec", typeof(Program).Assembly.Location, "contract", name])
        { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(Deadly.Single(one => one.Name == name).Code, process.ExitCode);
    }

    /// <summary>The other process.</summary>
    public static int Work(string name)
    {
        Deadly.Single(one => one.Name == name).Call();
        return 0;
    }

    private static Exception? Record(Action call) => Xunit.Record.Exception(call);

    private static void Twice(Tensor loss)
    {
        loss.backward();
        loss.backward();
    }
}
