namespace TorchSharp;

public static partial class torch
{
    /// <summary>Element by element: tensor with tensor or number.</summary>
    public partial class Tensor
    {
        public Tensor add(Tensor target) => Aten.Call("add.Tensor", this, target);

        public Tensor add(Tensor target, Scalar alpha) => Aten.Call("add.Tensor", this, target, alpha);

        public Tensor add(Scalar scalar) => Aten.Call("add.Scalar", this, scalar);

        public Tensor add(Scalar scalar, Scalar alpha) => Aten.Call("add.Scalar", this, scalar, alpha);

        public Tensor add_(Tensor target) => Aten.InPlace(this, "add_.Tensor", this, target);

        public Tensor add_(Tensor target, Scalar alpha) => Aten.InPlace(this, "add_.Tensor", this, target, alpha);

        public Tensor add_(Scalar scalar) => Aten.InPlace(this, "add_.Scalar", this, scalar);

        public Tensor add_(Scalar scalar, Scalar alpha) => Aten.InPlace(this, "add_.Scalar", this, scalar, alpha);

        public Tensor sub(Tensor target) => Aten.Call("sub.Tensor", this, target);

        public Tensor sub(Scalar target) => Aten.Call("sub.Scalar", this, target);

        public Tensor sub_(Tensor target) => Aten.InPlace(this, "sub_.Tensor", this, target);

        public Tensor sub_(Scalar target) => Aten.InPlace(this, "sub_.Scalar", this, target);

        public Tensor mul(Tensor target) => Aten.Call("mul.Tensor", this, target);

        public Tensor mul(Scalar target) => Aten.Call("mul.Scalar", this, target);

        public Tensor mul_(Tensor target) => Aten.InPlace(this, "mul_.Tensor", this, target);

        public Tensor mul_(Scalar target) => Aten.InPlace(this, "mul_.Scalar", this, target);

        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            Aten.Call("div.Tensor_mode", this, target, Name(rounding_mode));

        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            Aten.Call("div.Scalar_mode", this, target, Name(rounding_mode));

        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            Aten.InPlace(this, "div_.Tensor_mode", this, target, Name(rounding_mode));

        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            Aten.InPlace(this, "div_.Scalar_mode", this, target, Name(rounding_mode));

        public Tensor remainder(Tensor other) => Aten.Call("remainder.Tensor", this, other);

        public Tensor remainder(Scalar other) => Aten.Call("remainder.Scalar", this, other);

        public Tensor pow(Tensor exponent) => Aten.Call("pow.Tensor_Tensor", this, exponent);

        public Tensor pow(Scalar exponent) => Aten.Call("pow.Tensor_Scalar", this, exponent);

        public Tensor pow_(Tensor exponent) => Aten.InPlace(this, "pow_.Tensor", this, exponent);

        public Tensor pow_(Scalar exponent) => Aten.InPlace(this, "pow_.Scalar", this, exponent);

        public Tensor lerp(Tensor end, Tensor weight) => Aten.Call("lerp.Tensor", this, end, weight);

        public Tensor lerp_(Tensor end, Tensor weight) => Aten.InPlace(this, "lerp_.Tensor", this, end, weight);

        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) => Aten.Call("addcdiv", this, tensor1, tensor2, value);

        public Tensor addcdiv(Tensor tensor1, Tensor tensor2) => Aten.Call("addcdiv", this, tensor1, tensor2);

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) =>
            Aten.InPlace(this, "addcdiv_", this, tensor1, tensor2, value);

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2) => Aten.InPlace(this, "addcdiv_", this, tensor1, tensor2);

        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) => Aten.Call("addcmul", this, tensor1, tensor2, value);

        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) =>
            Aten.InPlace(this, "addcmul_", this, tensor1, tensor2, value);

        public Tensor clamp(Scalar min = null, Scalar max = null) => Aten.Call("clamp", this, min, max);

        public Tensor clamp(Tensor min = null, Tensor max = null) => Aten.Call("clamp.Tensor", this, min, max);

        public Tensor clamp_(Scalar min = null, Scalar max = null) => Aten.InPlace(this, "clamp_", this, min, max);

        public Tensor clamp_(Tensor min = null, Tensor max = null) => Aten.InPlace(this, "clamp_.Tensor", this, min, max);

        public Tensor fill_(Scalar value) => Aten.InPlace(this, "fill_.Scalar", this, value);

        public Tensor zero_() => Aten.InPlace(this, "zero_", this);

        private static string Name(RoundingMode mode) => mode == RoundingMode.None ? null : mode.ToString();
    }
}
