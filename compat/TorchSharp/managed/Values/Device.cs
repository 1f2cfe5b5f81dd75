using System;
using System.Globalization;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A kind of device and its number; -1 means the current one.</summary>
    public class Device
    {
        public Device(string description)
        {
            ArgumentNullException.ThrowIfNull(description);
            string[] parts = description.Split(':');
            if (parts.Length > 2)
            {
                throw new ArgumentException($"Invalid device description: {description}", nameof(description));
            }

            type = TypeOf(parts[0]);
            index = parts.Length == 2 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : -1;
        }

        public Device(string deviceType, int index = -1) => (type, this.index) = (TypeOf(deviceType), index);

        public Device(DeviceType deviceType, int index = -1) => (type, this.index) = (deviceType, index);

        public Device(int index) => (type, this.index) = (DeviceType.CUDA, index);

        public DeviceType type { get; }

        public int index { get; }

        public override string ToString() =>
            index < 0 || type == DeviceType.CPU ? NameOf(type) : string.Create(CultureInfo.InvariantCulture, $"{NameOf(type)}:{index}");

        public override bool Equals(object obj) => obj is Device other && type == other.type && index == other.index;

        public override int GetHashCode() => HashCode.Combine(type, index);

        public static implicit operator Device(string description) => new(description);

        private static string NameOf(DeviceType type) => type.ToString().ToLowerInvariant();

        private static DeviceType TypeOf(string name) =>
            Enum.TryParse(name, ignoreCase: true, out DeviceType type) ? type : throw new ArgumentException($"Invalid device type: {name}", nameof(name));
    }
}
