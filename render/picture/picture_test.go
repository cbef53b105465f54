package picture

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"strings"
	"testing"
	"time"

	"github.com/mattn/go-sixel"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render/ansi"
)

// TestChoose: a terminal gets the best protocol that it has for certain.
func TestChoose(t *testing.T) {
	const deep = 1 << 24
	for _, tt := range []struct {
		about string
		Terminal
		want Protocol
	}{
		{"no colours", Terminal{Program: "kitty", Kitty: true, Sixel: true}, None},
		{"nothing known", Terminal{Colours: deep}, Blocks},
		{"kitty that has not answered", Terminal{Program: "kitty", Colours: deep}, Blocks},
		{"kitty", Terminal{Program: "kitty(0.40.1)", Kitty: true, Colours: deep}, Kitty},
		{"kitty in 256 colours", Terminal{Program: "kitty", Kitty: true, Colours: 256}, Kitty},
		{"kitty in 16 colours, which cannot number pictures", Terminal{Program: "kitty", Kitty: true, Colours: 16}, Blocks},
		{"kitty's protocol without placeholders", Terminal{Program: "Konsole 24", Kitty: true, Sixel: true, Colours: deep}, Sixel},
		{"kitty in tmux that passes nothing", Terminal{Program: "kitty", Kitty: true, Multiplexer: "tmux", Colours: deep}, Blocks},
		{"kitty in tmux that passes", Terminal{Program: "kitty", Kitty: true, Multiplexer: "tmux", Passes: true, Colours: deep}, Kitty},
		{"xterm that was started in kitty", Terminal{Program: "kitty", Sixel: true, Colours: deep}, Sixel},
		{"iTerm2", Terminal{Program: "iTerm.app", Colours: deep}, ITerm},
		{"iTerm2 in tmux", Terminal{Program: "iTerm.app", Multiplexer: "tmux", Passes: true, Colours: deep}, Blocks},
		{"WezTerm takes kitty's pictures, not its placeholders", Terminal{Program: "WezTerm", Kitty: true, Sixel: true, Colours: deep}, ITerm},
		{"tmux with sixel of its own", Terminal{Multiplexer: "tmux", Sixel: true, Colours: 256}, Sixel},
		{"a wish", Terminal{Sixel: true, Colours: deep, Wanted: ITerm}, ITerm},
		{"a wish for kitty before it answers", Terminal{Colours: deep, Wanted: Kitty}, Kitty},
		{"a wish for less", Terminal{Program: "kitty", Kitty: true, Colours: deep, Wanted: Blocks}, Blocks},
		{"a wish for nothing", Terminal{Program: "kitty", Kitty: true, Colours: deep, Wanted: None}, None},
		{"a wish without colours", Terminal{Wanted: Sixel}, Sixel},
		{"a wish for blocks without colours", Terminal{Wanted: Blocks}, None},
		{"a wish for kitty without colours", Terminal{Program: "kitty", Kitty: true, Wanted: Kitty}, None},
		{"a wish in tmux that passes nothing", Terminal{Multiplexer: "tmux", Colours: deep, Wanted: Kitty}, Blocks},
		{"a wish in tmux that passes", Terminal{Multiplexer: "tmux", Passes: true, Colours: deep, Wanted: ITerm}, ITerm},
		{"sixel of tmux itself", Terminal{Multiplexer: "tmux", Sixel: true, Colours: deep, Wanted: Sixel}, Sixel},
		{"sixel behind tmux", Terminal{Multiplexer: "tmux", Passes: true, Colours: deep, Wanted: Sixel}, Sixel},
		{"sixel behind tmux that passes nothing", Terminal{Multiplexer: "tmux", Colours: deep, Wanted: Sixel}, Blocks},
		{"a wish in screen", Terminal{Multiplexer: "screen", Colours: 256, Wanted: Kitty}, Blocks},
		{"screen", Terminal{Multiplexer: "screen", Program: "kitty", Kitty: true, Sixel: true, Colours: 256}, Blocks},
	} {
		if got := Choose(tt.Terminal); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.about, got, tt.want)
		}
	}
}

func TestProgram(t *testing.T) {
	for _, tt := range []struct{ env, want string }{
		{"", ""},
		{"TERM_PROGRAM=tmux", ""},
		{"TERM_PROGRAM=tmux KITTY_WINDOW_ID=3", "kitty"},
		{"TERM_PROGRAM=WezTerm", "WezTerm"},
		{"ITERM_SESSION_ID=w0", "iterm"},
		{"LC_TERMINAL=iTerm2 TERM=xterm-256color", "iTerm2"},
		{"LC_TERMINAL=iTerm2 TERM_PROGRAM=tmux", "iTerm2"},
		{"LC_TERMINAL=iTerm2 TERM_PROGRAM=vscode", "vscode"},
		{"TERM=xterm-kitty", "kitty"},
		{"TERM=xterm-ghostty TERM_PROGRAM=WezTerm", "ghostty"},
		{"TERM=xterm-256color TERM_PROGRAM=WezTerm KITTY_WINDOW_ID=1", "WezTerm"},
		{"TERM=tmux-256color GHOSTTY_RESOURCES_DIR=/usr/share/ghostty", "ghostty"},
		{"TERM=wezterm", "wezterm"},
		{"TERM=rio", "rio"},
	} {
		get := func(name string) string {
			for v := range strings.FieldsSeq(tt.env) {
				if value, ok := strings.CutPrefix(v, name+"="); ok {
					return value
				}
			}
			return ""
		}
		if got := Program(get); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.env, got, tt.want)
		}
	}
}

func TestWords(t *testing.T) {
	if got := strings.Join(Words(), " "); got != "auto kitty iterm2 sixel blocks none" {
		t.Error(got)
	}
	for _, word := range Words() {
		if p, ok := Parse(word); !ok || p.String() != word {
			t.Errorf("%s is %v", word, p)
		}
	}
	if _, ok := Parse("ascii"); ok {
		t.Error("ascii is a protocol")
	}
}

var (
	red   = color.NRGBA{255, 0, 0, 255}
	blue  = color.NRGBA{0, 0, 255, 255}
	clear = color.NRGBA{}
)

// painted returns a picture with colours row by row.
func painted(width int, colours ...color.NRGBA) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, width, len(colours)/width))
	for i, c := range colours {
		m.SetNRGBA(i%width, i/width, c)
	}
	return m
}

func still(m *image.NRGBA) *Image {
	return &Image{m.Rect.Dx(), m.Rect.Dy(), []Frame{{NRGBA: m}}}
}

func file(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestBlocks(t *testing.T) {
	s := style{Style: Style{Protocol: Blocks, Ground: ansi.RGB(9, 9, 9), Cell: [2]int{1, 2}}}
	rows := s.draw(still(painted(3, red, red, clear, blue, blue, clear, clear, red, red, clear, red, red)), Place{Cols: 3, Rows: 2, To: 2}).Rows(0)
	pair := func(text string, up, down ansi.Color) ansi.Run {
		return ansi.Run{Text: text, Style: ansi.Style{FG: up, BG: down}}
	}
	r, b := ansi.RGB(255, 0, 0), ansi.RGB(0, 0, 255)
	want := []ansi.Line{
		{pair("▀▀", r, b), {Text: " "}},
		{{Text: " "}, pair("▀▀", r, r)},
	}
	for i := range want {
		if len(rows) != len(want) || len(rows[i]) != len(want[i]) {
			t.Fatalf("got %+v, want %+v", rows, want)
		}
		for j := range want[i] {
			if rows[i][j] != want[i][j] {
				t.Errorf("row %d: %+v, want %+v", i, rows[i][j], want[i][j])
			}
		}
	}
	half := s.draw(still(painted(1, clear, red)), Place{Cols: 1, Rows: 1, To: 1}).Rows(0)
	if got := half[0][0]; got != pair("▀", ansi.RGB(9, 9, 9), r) {
		t.Errorf("a transparent upper half is %+v, not the background", got)
	}
}

// sequences takes the graphics commands of a terminal apart, and fails at anything else.
func sequences(t *testing.T, s string) (heads []string, payload string) {
	t.Helper()
	for s != "" {
		body, rest, ok := strings.Cut(s, "\x1b\\")
		body, is := strings.CutPrefix(body, "\x1b_G")
		if !ok || !is {
			t.Fatalf("%q is no graphics command", s[:min(len(s), 80)])
		}
		head, data, _ := strings.Cut(body, ";")
		if len(data) > chunk {
			t.Errorf("a chunk of %d bytes", len(data))
		}
		heads, payload, s = append(heads, head), payload+data, rest
	}
	return heads, payload
}

func noise(w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	x := uint32(1)
	for i := range m.Pix {
		x = x*1664525 + 1013904223
		if m.Pix[i] = byte(x >> 24); i%4 == 3 {
			m.Pix[i] = 255
		}
	}
	return m
}

func TestKitty(t *testing.T) {
	n := uint32(0x10203)
	s := style{Style: Style{Protocol: Kitty, Colours: 1 << 24, Cell: [2]int{8, 16}}, id: func() uint32 { n++; return n }}
	m := noise(80, 48)
	d := s.draw(still(m), Place{Cols: 10, Rows: 3})
	heads, payload := sequences(t, string(d.Images[0].Data))
	if len(heads) < 2 || heads[0] != "a=T,U=1,f=100,t=d,i=66052,c=10,r=3,q=2,m=1" || heads[1] != "q=2,m=1" || heads[len(heads)-1] != "q=2,m=0" {
		t.Errorf("commands %q", heads)
	}
	raw, err := base64.StdEncoding.DecodeString(payload)
	if err != nil {
		t.Fatal(err)
	}
	got, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range [][2]int{{0, 0}, {79, 47}, {40, 20}} {
		if r1, g1, b1, _ := got.At(at[0], at[1]).RGBA(); [3]uint32{r1 >> 8, g1 >> 8, b1 >> 8} !=
			[3]uint32{uint32(m.NRGBAAt(at[0], at[1]).R), uint32(m.NRGBAAt(at[0], at[1]).G), uint32(m.NRGBAAt(at[0], at[1]).B)} {
			t.Errorf("pixel %v changed on its way", at)
		}
	}
	rows := d.Rows(0)
	if len(rows) != 3 || rows[2].Width() != 10 || rows[2][0].Style.FG != ansi.RGB(1, 2, 4) {
		t.Fatalf("cells %+v", rows)
	}
	if first, want := string([]rune(rows[2].Text())[:6]), "\U0010EEEE\u030E\u0305\U0010EEEE\u030E\u030D"; first != want {
		t.Errorf("the third row begins %+q, want %+q", first, want)
	}
	if got := string(Remove(7, nil)); got != "\x1b_Ga=d,d=I,i=7,q=2\x1b\\" {
		t.Errorf("removal %q", got)
	}
	if m := marks(); len(m) != maxCells || m[296] != "\U0001D244" {
		t.Errorf("%d marks", len(m))
	}
	if huge := s.draw(still(m), Place{Cols: 400, Rows: 400}).Rows(0); len(huge) != maxCells || text.Width(huge[0].Text()) != maxCells {
		t.Error("a picture of more cells than there are marks")
	}
}

// TestWrapped: each command goes through tmux by itself.
func TestWrapped(t *testing.T) {
	s := style{Style: Style{Protocol: Kitty, Colours: 1 << 24, Cell: [2]int{8, 16}, Wrap: func(s string) string { return "<" + s + ">" }},
		id: func() uint32 { return 300 }}
	d := s.draw(still(noise(80, 48)), Place{Cols: 10, Rows: 3})
	for part := range strings.SplitSeq(strings.TrimPrefix(string(d.Images[0].Data), "<"), "><") {
		if strings.Count(part, "\x1b_G") != 1 {
			t.Fatalf("%d commands in one", strings.Count(part, "\x1b_G"))
		}
	}
}

// TestOver: what lies over the cells takes no more than its cells, and shows the asked rows.
func TestOver(t *testing.T) {
	m := painted(1, red, red, blue, blue)
	s := style{Style: Style{Protocol: ITerm, Cell: [2]int{8, 16}}}
	d := s.draw(still(m), Place{Cols: 5, Rows: 2, From: 1, To: 2})
	head, body, _ := strings.Cut(string(d.Over), ":")
	if !strings.Contains(head, ";width=5;height=1;") || d.Rows(0) != nil {
		t.Errorf("%q, rows %v", head, d.Rows(0))
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(body, "\a"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := png.Decode(bytes.NewReader(raw))
	if err != nil || got.Bounds().Dy() != 2 || color.NRGBAModel.Convert(got.At(0, 0)) != blue {
		t.Errorf("the lower row shows %v, %v", got, err)
	}
	s.Protocol = Sixel
	rows := image.NewNRGBA(image.Rect(0, 0, 3*8, 2*16)) // as many pixels as it is shown in
	for i := range 24 * 32 {
		rows.SetNRGBA(i%24, i/24, []color.NRGBA{red, blue}[i/24/16])
	}
	for _, part := range []struct {
		Place
		top, bottom color.NRGBA
	}{{Place{Cols: 3, Rows: 2, To: 2}, red, blue}, {Place{Cols: 3, Rows: 2, To: 1}, red, red}, {Place{Cols: 3, Rows: 2, From: 1, To: 2}, blue, blue}} {
		var shown image.Image
		if err := sixel.NewDecoder(bytes.NewReader(s.draw(still(rows), part.Place).Over)).Decode(&shown); err != nil {
			t.Fatal(err)
		}
		size := shown.Bounds().Size()
		if size.X != 3*8 || size.Y > 16*(part.To-part.From) || size.Y <= 16*(part.To-part.From)-6 {
			t.Errorf("rows %d to %d have %v pixels", part.From, part.To, size)
		}
		for y, want := range map[int]color.NRGBA{0: part.top, size.Y - 1: part.bottom} {
			got := color.NRGBAModel.Convert(shown.At(5, y)).(color.NRGBA)
			if max(got.R, want.R)-min(got.R, want.R) > 8 || got.G > 8 || max(got.B, want.B)-min(got.B, want.B) > 8 {
				t.Errorf("rows %d to %d: pixel %d is %v, want %v", part.From, part.To, y, got, want)
			}
		}
	}
	d = s.draw(still(m), Place{Cols: 2, Rows: 2, To: 2})
	if out := string(d.Over); !strings.HasPrefix(out, "\x1bP") || !strings.HasSuffix(out, "\x1b\\") || !strings.Contains(out, "16;30") {
		t.Errorf("32 pixels are to be cut to 30, five bands of sixels: %q", out[:min(len(out), 60)])
	}
}

// animation returns a GIF of frames, one colour each, in the left or right half of 2×1 pixels.
func animation(t testing.TB, disposal byte, delays ...int) []byte {
	t.Helper()
	g := &gif.GIF{Config: image.Config{Width: 2, Height: 1}}
	colours := color.Palette{color.NRGBA{}, red, blue}
	for i, d := range delays {
		m := image.NewPaletted(image.Rect(i%2, 0, i%2+1, 1), colours)
		m.SetColorIndex(i%2, 0, uint8(1+i%2))
		g.Image, g.Delay, g.Disposal = append(g.Image, m), append(g.Delay, d), append(g.Disposal, disposal)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAnimation(t *testing.T) {
	for _, tt := range []struct {
		disposal byte
		left     color.NRGBA // in the second frame
	}{{gif.DisposalNone, red}, {gif.DisposalBackground, clear}, {gif.DisposalPrevious, clear}} {
		m, err := Decode(animation(t, tt.disposal, 10, 0, 30))
		if err != nil || len(m.Frames) != 3 {
			t.Fatal(m, err)
		}
		if got := m.Frames[1].NRGBAAt(0, 0); got != tt.left {
			t.Errorf("disposal %d leaves %v, want %v", tt.disposal, got, tt.left)
		}
		if got := m.Frames[1].NRGBAAt(1, 0); got != blue {
			t.Errorf("disposal %d: the second frame is %v", tt.disposal, got)
		}
	}
	m, _ := Decode(animation(t, gif.DisposalNone, 10, 0, 30))
	s := style{Style: Style{Protocol: Blocks, Cell: [2]int{1, 2}}}
	d := s.draw(m, Place{Cols: 2, Rows: 1, To: 1})
	for _, tt := range []struct{ gone, frame, stays int }{
		{0, 0, 100}, {99, 0, 1}, {100, 1, 100}, {250, 2, 250}, {499, 2, 1}, {500, 0, 100}, {100600, 1, 100},
	} {
		frame, stays := d.At(time.Duration(tt.gone) * time.Millisecond)
		if frame != tt.frame || stays != time.Duration(tt.stays)*time.Millisecond {
			t.Errorf("after %d ms: frame %d for %v, want %d for %d ms", tt.gone, frame, stays, tt.frame, tt.stays)
		}
	}
	s.Still = true
	if _, stays := s.draw(m, Place{Cols: 2, Rows: 1, To: 1}).At(0); stays != 0 {
		t.Error("an animation that should not move moves")
	}
}

// TestMaster: the frames of an animation that are kept have a bound, whatever they are: large ones become smaller, in about
// the same proportions.
func TestMaster(t *testing.T) {
	for _, tt := range []struct{ w, h, frames int }{{800, 400, 60}, {1600, 800, 2}, {160, 80, 1000}, {16, 8, 1000}, {5000, 2500, 2}, {800, 400, 39}} {
		w, h := master(tt.w, tt.h, tt.frames)
		all := min(tt.w*tt.h*4*tt.frames, maxWide*maxWide/2*4*tt.frames)
		if sum := w * h * 4 * tt.frames; sum > min(maxMaster, 64<<20) || sum < min(all, maxMaster)*9/16-sum/8 {
			t.Errorf("%d frames of %d×%d are kept as %d×%d: %d bytes", tt.frames, tt.w, tt.h, w, h, sum)
		}
		if ratio := float64(w) / float64(h); ratio < 1.9 || ratio > 2.1 {
			t.Errorf("%d×%d are kept as %d×%d", tt.w, tt.h, w, h)
		}
	}
}

// TestRefused: what cannot be shown has a reason, and costs nothing.
func TestRefused(t *testing.T) {
	wide := file(t, painted(1, red))
	copy(wide[16:24], "\x00\x00\xff\xff\x00\x00\xff\xff")
	binary.BigEndian.PutUint32(wide[29:], crc32.ChecksumIEEE(wide[12:29]))
	big := animation(t, gif.DisposalNone, 10, 10)
	big[6], big[7], big[8], big[9] = 0xff, 0x13, 0xff, 0x13 // the screen of the animation: 5,119 pixels square
	for _, tt := range []struct{ about, data, want string }{
		{"nothing", "", "not a picture"},
		{"text", "hello", "not a picture"},
		{"an SVG", `<svg xmlns="http://www.w3.org/2000/svg" width="10"/>`, "terminals show no SVG"},
		{"65,535 pixels square", string(wide), "too many"},
		{"a half", string(file(t, noise(9, 9))[:100]), "the end is missing"},
	} {
		if _, err := Decode([]byte(tt.data)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.about, err, tt.want)
		}
	}
	if n := gifFrames(big, 5119*5119); n != 1 {
		t.Errorf("an animation of %d pixels has %d frames", 2*5119*5119, n)
	}
	if m, err := Decode(animation(t, gif.DisposalNone, make([]int, MaxFrames+1)...)); err != nil || len(m.Frames) != 1 {
		t.Errorf("too many frames: %v", err)
	}
}

// FuzzDecode: no data makes decoding panic, or return more than the limits.
func FuzzDecode(f *testing.F) {
	f.Add(file(f, noise(5, 4)))
	f.Add(animation(f, gif.DisposalPrevious, 1, 2, 3))
	f.Add([]byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Decode(data)
		if err != nil {
			return
		}
		sum := 0
		for _, fr := range m.Frames {
			sum += len(fr.Pix)
		}
		if len(m.Frames) == 0 || len(m.Frames) > MaxFrames || sum > maxMaster {
			t.Fatalf("%d frames of %d bytes", len(m.Frames), sum)
		}
	})
}
