using Parquet.Data;

namespace Parquet.Schema;

public enum DateTimeFormat
{
    Impala,
    DateAndTime,
    DateAndTimeMicros,
    Date,
    Timestamp,
}

public enum DateTimeTimeUnit
{
    Millis,
    Micros,
    Nanos,
}

public enum TimeUnitPrecision
{
    Millis,
    Micros,
    Nanos,
}

/// <summary>A column of points in time.</summary>
public class DateTimeDataField : DataField
{
    public DateTimeDataField(
        string name, DateTimeFormat format, bool isAdjustedToUTC = true, DateTimeTimeUnit? unit = null, bool? isNullable = null, bool? isArray = null, string? propertyName = null)
        : base(name, typeof(DateTime), isNullable, isArray, propertyName)
    {
        DateTimeFormat = format;
        IsAdjustedToUTC = isAdjustedToUTC;
        Unit = format == DateTimeFormat.DateAndTimeMicros ? DateTimeTimeUnit.Micros : unit ?? DateTimeTimeUnit.Millis;
    }

    public DateTimeFormat DateTimeFormat { get; }

    public bool IsAdjustedToUTC { get; }

    public DateTimeTimeUnit Unit { get; }
}

/// <summary>A column of decimals.</summary>
public class DecimalDataField : DataField
{
    public DecimalDataField(
        string name, int precision, int scale = 0, bool forceByteArrayEncoding = false, bool? isNullable = null, bool? isArray = null, string? propertyName = null, Type? clrType = null)
        : base(name, clrType ?? typeof(decimal), isNullable, isArray, propertyName)
    {
        if (precision < 1)
        {
            throw new ArgumentException("precision is required and must be a non-zero positive integer", nameof(precision));
        }

        if (scale < 0 || scale > precision)
        {
            throw new ArgumentException("scale must be from zero to the precision", nameof(scale));
        }

        Precision = precision;
        Scale = scale;
        ForceByteArrayEncoding = forceByteArrayEncoding;
    }

    public int Precision { get; }

    public int Scale { get; }

    public bool ForceByteArrayEncoding { get; }
}

/// <summary>A column of times of day, as integers of its unit.</summary>
public class TimeDataField : DataField
{
    public TimeDataField(string name, TimeUnitPrecision precision, bool? isNullable = null, bool? isArray = null, string? propertyName = null)
        : base(name, precision == TimeUnitPrecision.Millis ? typeof(int) : typeof(long), isNullable, isArray, propertyName) => Precision = precision;

    public TimeUnitPrecision Precision { get; }

    public bool IsAdjustedToUtc { get; set; } = true;
}
