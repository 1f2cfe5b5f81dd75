namespace TorchSharp;

public static partial class torch
{
    /// <summary>Linear algebra. A matrix that LAPACK refuses gives an ExternalException.</summary>
    public static class linalg
    {
        public enum QRMode
        {
            Reduced = 0,
            Complete = 1,
            R = 2,
        }

        public static Tensor cholesky(Tensor input) => Aten.Call("linalg_cholesky", input);

        public static (Tensor L, Tensor info) cholesky_ex(Tensor input, bool check_errors = false) =>
            Aten.Pair("linalg_cholesky_ex", input, false, check_errors);

        public static (Tensor, Tensor) eigh(Tensor input, char UPLO = 'L') => Aten.Pair("linalg_eigh", input, UPLO.ToString());

        public static Tensor eigvalsh(Tensor input, char UPLO = 'L') => Aten.Call("linalg_eigvalsh", input, UPLO.ToString());

        public static Tensor det(Tensor input) => Aten.Call("linalg_det", input);

        public static (Tensor, Tensor) slogdet(Tensor input) => Aten.Pair("linalg_slogdet", input);

        public static Tensor inv(Tensor input) => Aten.Call("linalg_inv", input);

        public static (Tensor Solution, Tensor Residuals, Tensor Rank, Tensor SingularValues) lstsq(Tensor input, Tensor other) =>
            Four(Aten.Many("linalg_lstsq", input, other));

        public static (Tensor Solution, Tensor Residuals, Tensor Rank, Tensor SingularValues) lstsq(Tensor input, Tensor other, double rcond) =>
            Four(Aten.Many("linalg_lstsq", input, other, rcond));

        public static Tensor norm(Tensor input, string ord, long[] dims = null, bool keepdim = false) =>
            Aten.Call("linalg_norm.ord_str", input, ord, dims, keepdim);

        public static Tensor norm(Tensor input, double ord, long[] dims = null, bool keepdim = false) =>
            Aten.Call("linalg_norm", input, ord, dims, keepdim);

        public static Tensor norm(Tensor input, int ord, long[] dims = null, bool keepdim = false) => norm(input, (double)ord, dims, keepdim);

        public static Tensor norm(Tensor input, long[] dims = null, bool keepdim = false) =>
            Aten.Call("linalg_norm", input, Arg.None, dims, keepdim);

        public static Tensor vector_norm(Tensor input, double ord = 2.0, long[] dims = null, bool keepdim = false) =>
            Aten.Call("linalg_vector_norm", input, ord, dims, keepdim);

        public static Tensor matrix_norm(Tensor input, string ord = "fro", long[] dims = null, bool keepdim = false) =>
            Aten.Call("linalg_matrix_norm.str_ord", input, ord, dims ?? [-2, -1], keepdim);

        public static Tensor pinv(Tensor input, double? atol = null, double? rtol = null, bool hermitian = false) =>
            Aten.Call("linalg_pinv.atol_rtol_float", input, atol, rtol, hermitian);

        public static Tensor pinv(Tensor input, Tensor atol, Tensor rtol = null, bool hermitian = false) =>
            Aten.Call("linalg_pinv.atol_rtol_tensor", input, atol, rtol, hermitian);

        public static (Tensor Q, Tensor R) qr(Tensor input, QRMode mode = QRMode.Reduced) =>
            Aten.Pair("linalg_qr", input, mode switch { QRMode.Complete => "complete", QRMode.R => "r", _ => "reduced" });

        public static Tensor solve(Tensor A, Tensor B, bool left = true)
        {
            if (left)
            {
                return Aten.Call("linalg_solve", A, B);
            }

            using DisposeScope scope = NewDisposeScope();
            return solve(A.transpose(-2, -1), B.transpose(-2, -1)).transpose(-2, -1).MoveToOuterDisposeScope();
        }

        public static Tensor solve_triangular(
            Tensor A, Tensor B, bool upper, bool left = true, bool unitriangular = false, Tensor @out = null) => @out is null
            ? Aten.Call("linalg_solve_triangular", A, B, upper, left, unitriangular)
            : Aten.InPlace(@out, "linalg_solve_triangular.out", A, B, upper, left, unitriangular, @out);

        public static (Tensor U, Tensor S, Tensor Vh) svd(Tensor input, bool fullMatrices = true)
        {
            Tensor[] parts = Aten.Many("linalg_svd", input, fullMatrices);
            return (parts[0], parts[1], parts[2]);
        }

        public static Tensor svdvals(Tensor input) => Aten.Call("linalg_svdvals", input);

        private static (Tensor, Tensor, Tensor, Tensor) Four(Tensor[] parts) => (parts[0], parts[1], parts[2], parts[3]);
    }
}
