package component

import (
	"testing"
	"time"

	"octavo/internal/formula/value"
)

func whole(n int) *int { return &n }

var german, _ = LocaleFor("de")

func TestOneNumber(t *testing.T) {
	plain := Format{As: AsNumber, Thousands: true, Abbreviate: never, Multiply: true}
	with := func(change func(*Format)) Format { f := plain; change(&f); return f }
	for _, c := range []struct {
		name   string
		format Format
		locale Locale
		in     float64
		want   string
	}{
		{"an integer has no decimals", plain, English, 1234567, "1,234,567"},
		{"others have two", plain, English, 1234.5, "1,234.50"},
		{"tiny ones have as many as show them", plain, English, 0.00123, "0.0012"},
		{"the minus sign is a real one", plain, English, -1234, "−1,234"},
		{"what rounds to zero has no sign", with(func(f *Format) { f.Decimals = whole(0) }), English, -0.4, "0"},
		{"half rounds away from zero", with(func(f *Format) { f.Decimals = whole(0) }), English, 2.5, "3"},
		{"half of a negative too", with(func(f *Format) { f.Decimals = whole(0) }), English, -2.5, "−3"},
		{"decimals may be given", with(func(f *Format) { f.Decimals = whole(3) }), English, 2, "2.000"},
		{"without groups", with(func(f *Format) { f.Thousands = false }), English, 1234567, "1234567"},
		{"with texts around", with(func(f *Format) { f.Prefix, f.Suffix = "~", " km" }), English, -12, "−~12 km"},
		{"German marks", plain, german, -1234.5, "−1.234,50"},
		{"very large", plain, English, 1e20, "100,000,000,000,000,000,000"},
		{"a currency has two decimals", with(func(f *Format) { f.As = AsCurrency }), English, 1200, "€1,200.00"},
		{"its symbol may be given", with(func(f *Format) { f.As, f.Symbol, f.Decimals = AsCurrency, "$", whole(0) }), English, -1200, "−$1,200"},
		{"the symbol stands where the locale wants it", with(func(f *Format) { f.As = AsCurrency }), german, 1200, "1.200,00\u00a0€"},
		{"a percentage under 10 has a decimal", with(func(f *Format) { f.As = AsPercentage }), English, 0.0934, "9.3%"},
		{"one that is written as 10 has none", with(func(f *Format) { f.As = AsPercentage }), English, 0.0997, "10%"},
		{"above it has none", with(func(f *Format) { f.As = AsPercentage }), English, 0.4567, "46%"},
		{"a whole one has none", with(func(f *Format) { f.As = AsPercentage }), English, 0.07, "7%"},
		{"a percentage that is one already", with(func(f *Format) { f.As, f.Multiply = AsPercentage, false }), English, 46, "46%"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.format.style([]float64{c.in}, c.locale, shortenAxis).text(c.in); got != c.want {
				t.Errorf("%v = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestShortening(t *testing.T) {
	f := Format{As: AsNumber, Thousands: true, Abbreviate: auto}
	for _, c := range []struct {
		name string
		from float64
		in   []float64
		want []string
	}{
		{"under ten thousand stays", shortenAxis, []float64{9999}, []string{"9,999"}},
		{"from ten thousand on", shortenAxis, []float64{428_200}, []string{"428.2k"}},
		{"two decimals under ten", shortenAxis, []float64{1_840_000}, []string{"1.84M"}},
		{"no empty decimals", shortenAxis, []float64{20_000}, []string{"20k"}},
		{"one unit and the same decimals for all", shortenAxis, []float64{428_200, 9_900, -36_140}, []string{"428.2k", "9.9k", "−36.1k"}},
		{"rounding up reaches the next unit", shortenAxis, []float64{999_960}, []string{"1M"}},
		{"billions", shortenAxis, []float64{2_500_000_000}, []string{"2.5B"}},
		{"trillions go on", shortenAxis, []float64{7_250_000_000_000_000}, []string{"7,250T"}},
		{"a value begins at a million", shortenValue, []float64{428_200}, []string{"428,200"}},
		{"a value above a million", shortenValue, []float64{1_840_000}, []string{"1.84M"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := f.style(c.in, English, c.from)
			for i, x := range c.in {
				if got := s.text(x); got != c.want[i] {
					t.Errorf("%v = %q, want %q", x, got, c.want[i])
				}
			}
		})
	}
}

func TestAUnitHoldsForAllNumbers(t *testing.T) {
	for _, c := range []struct {
		unit string
		in   []float64
		want []string
	}{
		{"K", []float64{428_200, 9_900, 7}, []string{"428.2k", "9.9k", "0.0k"}},
		{"K", []float64{1_250}, []string{"1.25k"}},
		{"M", []float64{428_200}, []string{"0.43M"}},
		{"M", []float64{-520}, []string{"−0.00052M"}},
		{"M", []float64{0}, []string{"0M"}},
		{"B", []float64{12_345_678_901_234, 0}, []string{"12,345.7B", "0.0B"}},
	} {
		f := Format{As: AsNumber, Thousands: true, Abbreviate: c.unit}
		s := f.style(c.in, English, shortenAxis)
		for i, x := range c.in {
			if got := s.text(x); got != c.want[i] {
				t.Errorf("%v in %s = %q, want %q", x, c.unit, got, c.want[i])
			}
		}
	}
	f := Format{As: AsPercentage, Abbreviate: "K", Multiply: true}
	if got := f.style([]float64{0.46}, English, shortenAxis).text(0.46); got != "46%" {
		t.Errorf("percentages are not shortened: %s", got)
	}
}

func TestItemsOfAColumn(t *testing.T) {
	at := DefaultPlace()
	for _, c := range []struct {
		name   string
		format Format
		in     value.Vector
		kind   string
		raw    []any
		text   []string
	}{
		{"decimals are shared", Format{Thousands: true}, value.Of(value.Num(1), value.Num(2.25), value.Item{}), KindNumber,
			[]any{1.0, 2.25, nil}, []string{"1.00", "2.25", "–"}},
		{"texts stay", Format{}, value.Of(value.Str("a"), value.Item{}, value.Boolean(true)), KindText,
			[]any{"a", nil, true}, []string{"a", "", "true"}},
		{"numbers among texts", Format{As: AsNumber, Thousands: true}, value.Of(value.Str("1,200"), value.Str("n/a")), KindNumber,
			[]any{1200.0, "n/a"}, []string{"1,200", "n/a"}},
		{"dates", Format{As: AsDate, Pattern: "MMM yyyy"}, value.Of(value.Num(1709251200), value.Str("2024-04-05"), value.Str("soon"), value.Item{}), KindDate,
			[]any{1709251200.0, 1712275200.0, "soon", nil}, []string{"Mar 2024", "Apr 2024", "soon", "–"}},
		{"days have no time", Format{As: AsDate}, value.Of(value.Num(1709251200)), KindDate, []any{1709251200.0}, []string{"1 Mar 2024"}},
		{"instants have one", Format{As: AsDate}, value.Of(value.Num(1709251200), value.Num(1709251260)), KindDate,
			[]any{1709251200.0, 1709251260.0}, []string{"1 Mar 2024 00:00", "1 Mar 2024 00:01"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWriter(c.in, c.format, at, shortenAxis)
			got := w.list(c.in, c.in.Len())
			if w.kind != c.kind {
				t.Errorf("kind %q, want %q", w.kind, c.kind)
			}
			for i := range c.raw {
				if got.Raw[i] != c.raw[i] || got.Text[i] != c.text[i] {
					t.Errorf("item %d: %v %q, want %v %q", i, got.Raw[i], got.Text[i], c.raw[i], c.text[i])
				}
			}
		})
	}
}

func TestDatesFollowTheZone(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	v := value.Of(value.Num(1709251200)) // 1 March in UTC
	_, got := newWriter(v, Format{As: AsDate, Pattern: "yyyy-MM-dd"}, Place{Locale: English, Zone: zone}, shortenAxis).write(v.Item(0))
	if got != "2024-02-29" {
		t.Errorf("got %s, want 2024-02-29", got)
	}
}

func TestDisplayedDataOfDatesAreTexts(t *testing.T) {
	v := value.Of(value.Num(1709251200), value.Item{})
	got := Displayed(v, Format{As: AsDate, Pattern: "MMM yyyy"}, DefaultPlace())
	if got.Item(0).Str != "Mar 2024" || !got.IsBlank(1) {
		t.Errorf("got %v", got.All())
	}
	if same := Displayed(v, Format{As: AsNumber}, DefaultPlace()); same.Item(0).Num != 1709251200 {
		t.Errorf("numbers changed: %v", same.All())
	}
}
