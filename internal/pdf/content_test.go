package pdf

import (
	"math"
	"strconv"
	"strings"
	"testing"
)

// fonts are those of the file that made returns.
func fonts(t testing.TB) func(string) *font {
	f, err := parse(made(""))
	if err != nil {
		t.Fatal(err)
	}
	return func(name string) *font {
		return f.fontOf(f.dict(ref(map[string]int{"F1": 5, "F2": 6}[name])))
	}
}

func rewritten(t testing.TB, contents string) (string, bool) {
	p := page{scanner: scanner{data: []byte(contents)}, font: fonts(t), flat: func(name string) bool { return name == "I1" }}
	out, ok := p.rewrite()
	return string(out), ok
}

// TestRewrite shows what becomes of contents.
func TestRewrite(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"coordinates", "q\n.75 0 0 .75 0 0 cm\n1.23456 -0.00001 m\n0.5 -0.5 l\nQ\n", "q\n.75 0 0 .75 0 0 cm\n1.23 0 m\n.5 -.5 l\nQ\n"},
		{"enlarged", "100 0 0 100 0 0 cm\n1.23456 7 m\n", "100 0 0 100 0 0 cm\n1.2346 7 m\n"},
		{"after Q", "q\n100 0 0 100 0 0 cm\nQ\n1.23456 7 m\n", "q\n100 0 0 100 0 0 cm\nQ\n1.23 7 m\n"},
		{"the rest", "/P <</MCID 3 >>BDC\n.1137 .5 1 rg\n[1 2] 0 d\nEMC\n", "/P<</MCID 3>>BDC\n.1137 .5 1 rg\n[1 2]0 d\nEMC\n"},
		{"one row", "BT\n/F1 10 Tf\n1 0 0 -1 64 15 Tm\n<41> Tj\n5 0 Td <42> Tj\n6 0 Td <43> Tj\nET\n", "BT\n/F1 10 Tf\n1 0 0 -1 64 15 Tm\n<414243>Tj\nET\n"},
		{"a gap", "BT\n/F1 10 Tf\n1 0 0 -1 0 0 Tm\n<41> Tj\n5.5 0 Td <42> Tj\n5.9 0 Td <43> Tj\nET\n", "BT\n/F1 10 Tf\n1 0 0 -1 0 0 Tm\n[<41>-50<42>10<43>]TJ\nET\n"},
		{"two rows", "BT\n/F1 10 Tf\n1 0 0 -1 0 0 Tm\n<41> Tj\n5 0 Td <42> Tj\n-5 12 Td <43> Tj\nET\n", "BT\n/F1 10 Tf\n1 0 0 -1 0 0 Tm\n<4142>Tj\n0 12 Td\n<43>Tj\nET\n"},
		{"two fonts", "BT\n/F1 10 Tf\n1 0 0 -1 0 0 Tm\n<41> Tj\n/F2 20 Tf\n5 0 Td <0001> Tj\n12 0 Td <0002> Tj\n5.01 0 Td <0006> Tj\n6 0 Td <0009> Tj\nET\n",
			"BT\n/F1 10 Tf\n1 0 0 -1 0 0 Tm\n<41>Tj\n/F2 20 Tf\n<0001000200060009>Tj\nET\n"},
		{"tags", "BT\n/Span<</ActualText (1) >> BDC\n/F1 10 Tf\n1 0 0 -1 0 0 Tm\n<41> Tj\nEMC\nET\n", "BT\n/Span<</ActualText(1)>>BDC\n/F1 10 Tf\n1 0 0 -1 0 0 Tm\n<41>Tj\nEMC\nET\n"},
	} {
		const mark, end = "/P<</MCID 0>>BDC\n", "EMC\n" // what is drawn belongs to the text
		if got, ok := rewritten(t, mark+tt.in+end); got != mark+tt.want+end || !ok {
			t.Errorf("%s: %q, %v; want %q", tt.name, got, ok, tt.want)
		}
	}
}

// TestDecoration: what belongs to no element of the page is not read out.
func TestDecoration(t *testing.T) {
	const begin, end = "/Artifact BMC\n", "EMC\n"
	for _, tt := range []struct{ name, in, want string }{
		{"a ground", "1 g\n0 0 9 9 re\nf\n", "1 g\n" + begin + "0 0 9 9 re\nf\n" + end},
		{"two in a row", "0 0 9 9 re\nf\n0 0 m\n1 1 l\nS\n", begin + "0 0 9 9 re\nf\n0 0 m\n1 1 l\nS\n" + end},
		{"two apart", "0 0 9 9 re\nf\n1 g\n0 0 9 9 re\nf\n", begin + "0 0 9 9 re\nf\n" + end + "1 g\n" + begin + "0 0 9 9 re\nf\n" + end},
		{"a curve", "0 0 m\n1 1 2 2 3 4 c\nB\n", begin + "0 0 m\n1 1 2 2 3 4 c\nB\n" + end},
		{"what cuts", "0 0 9 9 re\nW n\n", "0 0 9 9 re\nW\nn\n"},
		{"of the page", "/P<</MCID 0>>BDC\n0 0 9 9 re\nf\nEMC\n", "/P<</MCID 0>>BDC\n0 0 9 9 re\nf\nEMC\n"},
		{"a picture", "/I1 Do\n", begin + "/I1 Do\n" + end},
		{"a part with marks of its own", "/X1 Do\n", "/X1 Do\n"},
		{"a shade", "/S sh\n", begin + "/S sh\n" + end},
		{"words", "BT\n/F1 10 Tf\n<41> Tj\nET\n", begin + "BT\n/F1 10 Tf\n<41>Tj\nET\n" + end},
		{"marks within words", "BT\n/P<</MCID 0>>BDC\nEMC\nET\n", "BT\n/P<</MCID 0>>BDC\nEMC\nET\n"},
	} {
		if got, ok := rewritten(t, tt.in); got != tt.want || !ok {
			t.Errorf("%s: %q, %v; want %q", tt.name, got, ok, tt.want)
		}
	}
}

// TestLeft: contents that could mean something else stay as they are.
func TestLeft(t *testing.T) {
	for name, in := range map[string]string{
		"a picture within": "BI\n/W 1\nID x\nEI\n",
		"no font":          "BT\n/F9 10 Tf\n<41> Tj\nET\n",
		"spacing":          "BT\n/F1 10 Tf\n2 Tc\n<41> Tj\nET\n",
		"no end":           "BT\n/F1 10 Tf\n<41> Tj\n",
		"half a code":      "BT\n/F2 10 Tf\n<41> Tj\nET\n",
		"a restore":        "Q\n",
		"a save":           "q\n",
		"operands":         "1 2 re\n",
		"words":            "a b m\n",
		"the end":          "1 2",
	} {
		if got, ok := rewritten(t, in); ok {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// placed returns where each letter of contents is: a second reading of the rules for text, for contents of
// one font that codes with one byte.
func placed(t *testing.T, contents string, f *font) (out []point) {
	t.Helper()
	var args []string
	var at, line point
	size := 0.
	number := func(s string) float64 {
		x, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	show := func(hex string) {
		for i := 0; i < len(hex); i += 2 {
			c, err := strconv.ParseInt(hex[i:i+2], 16, 32)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, at)
			at.x += f.advance(int(c)) * size
		}
	}
	contents = strings.NewReplacer("<", " <", ">", "> ", "[", " [ ", "]", " ] ").Replace(contents)
	for _, w := range strings.Fields(contents) {
		switch w {
		case "BT", "ET":
		case "Tf":
			size = number(args[1])
		case "Tm":
			at, line = point{}, point{}
		case "Td":
			line = line.plus(point{number(args[0]), number(args[1])})
			at = line
		case "Tj", "TJ":
			for _, a := range args {
				switch {
				case a[0] == '<':
					show(a[1 : len(a)-1])
				case a[0] != '[' && a[0] != ']':
					at.x -= number(a) / 1000 * size
				}
			}
		default:
			args = append(args, w)
			continue
		}
		args = args[:0]
	}
	return out
}

// TestPlaced: letters stay where they are, however many stand in a row.
func TestPlaced(t *testing.T) {
	var b strings.Builder
	b.WriteString("BT\n/F1 33.259998 Tf\n1 0 0 -1 64 15 Tm\n<41> Tj\n")
	for i := range 2000 {
		x, y := 17.3+math.Mod(float64(i)*.377, 9), 0.
		if i%97 == 96 {
			x, y = -1500, 30.5
		}
		b.WriteString(decimal(x, 7) + " " + decimal(y, 7) + " Td <4" + strconv.Itoa(1+i%3) + "> Tj\n")
	}
	b.WriteString("ET\n")
	out, ok := rewritten(t, b.String())
	if !ok {
		t.Fatal("not understood")
	}
	f := fonts(t)("F1")
	was, is := placed(t, b.String(), f), placed(t, out, f)
	if len(was) != 2001 || len(is) != len(was) {
		t.Fatalf("%d letters become %d", len(was), len(is))
	}
	for i := range was {
		if d := was[i].apart(is[i]); d > 33.26/2000+.001 {
			t.Fatalf("letter %d is off by %g", i, d)
		}
	}
}

// TestFewer: a circle of many curves becomes one of four, and corners stay.
func TestFewer(t *testing.T) {
	const r, n = 55., 32
	at := func(i float64) point {
		s, c := math.Sincos(i / n * 2 * math.Pi)
		return point{r * c, r * s}
	}
	var circle []curve
	for i := range n { // parabolas, as browsers draw arcs
		a, b := at(float64(i)), at(float64(i+1))
		top := at(float64(i) + .5).times(1 / math.Cos(math.Pi/n))
		circle = append(circle, curve{a, a.times(1. / 3).plus(top.times(2. / 3)), b.times(1. / 3).plus(top.times(2. / 3)), b})
	}
	got := fewer(circle, .027)
	if len(got) != 4 {
		t.Errorf("%d curves", len(got))
	}
	for _, c := range got {
		for i := range 101 {
			p := c.at(float64(i) / 100)
			if d := math.Abs(math.Hypot(p.x, p.y) - r); d > .04 {
				t.Fatalf("%v is %g off the circle", p, d)
			}
		}
	}
	corner := []curve{{{0, 0}, {1, 0}, {2, 0}, {3, 0}}, {{3, 0}, {3, 1}, {3, 2}, {3, 3}}}
	if got := fewer(corner, 1); len(got) != 2 {
		t.Errorf("a corner becomes %v", got)
	}
	wave := []curve{{{0, 0}, {10, 30}, {20, 30}, {30, 0}}, {{30, 0}, {40, -30}, {50, -30}, {60, 0}}}
	if got := fewer(wave, .02); len(got) != 2 {
		t.Errorf("a wave becomes %v", got)
	}
}

func TestDecimal(t *testing.T) {
	for _, tt := range []struct {
		x    float64
		d    int
		want string
	}{{0, 2, "0"}, {-.001, 2, "0"}, {.5, 2, ".5"}, {-.25, 2, "-.25"}, {100, 0, "100"}, {100, 2, "100"}, {12.345, 1, "12.3"}, {-3.10, 2, "-3.1"}} {
		if got := decimal(tt.x, tt.d); got != tt.want {
			t.Errorf("%g to %d: %q, want %q", tt.x, tt.d, got, tt.want)
		}
	}
}
