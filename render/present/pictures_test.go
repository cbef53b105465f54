package present

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/render/picture"
	"github.com/slidexec/slidexec/render/present/input"
	"github.com/slidexec/slidexec/slides"
)

// files are pictures beside a deck, by name.
type files map[string][]byte

func (f files) Read(name string, _ int64) ([]byte, error) {
	if data, ok := f[filepath.Base(name)]; ok {
		return data, nil
	}
	return nil, fs.ErrNotExist
}

func (f files) Stat(name string) (fs.FileInfo, error) {
	all := fstest.MapFS{}
	for n, data := range f {
		all[n] = &fstest.MapFile{Data: data}
	}
	return all.Stat(filepath.Base(name))
}

// chart returns a PNG of some pixels in one colour.
func chart(t testing.TB, w, h int) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		m.Pix[i] = byte(255 - i%3)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// moving returns a GIF of two frames, 200 ms each.
func moving(t testing.TB) []byte {
	t.Helper()
	g := &gif.GIF{Delay: []int{20, 20}}
	for i := range 2 {
		m := image.NewPaletted(image.Rect(0, 0, 16, 16), color.Palette{color.NRGBA{200, 0, 0, 255}, color.NRGBA{0, 200, 0, 255}})
		for j := range m.Pix {
			m.Pix[j] = byte(i)
		}
		g.Image = append(g.Image, m)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const gallery = "Top\n===\n\n![a chart](p.png)\n\n<!-- end_slide -->\n\nWords\n===\n\nnone\n\n<!-- end_slide -->\n\nMoves\n===\n\n![moves](m.gif)\n"

// pictured returns a session on a deck with pictures, in a terminal of some kind. The pictures of the first
// slide are drawn.
func pictured(t testing.TB, deck string, kind picture.Terminal, pixels [2]int) *session {
	t.Helper()
	s := newSession(t, "x\n", 60, 20)
	s.show(t, deck, kind, pixels)
	return s
}

// show goes on with that deck in that terminal.
func (s *session) show(t testing.TB, deck string, kind picture.Terminal, pixels [2]int) {
	t.Helper()
	s.state.Pictures = &kind
	s.state.pictures = newPictures(s.state.Player)
	s.state.restyle()
	d, _ := markdown.Parse("deck.md", []byte(deck), markdown.Config{Files: files{"p.png": chart(t, pixels[0], pixels[1]), "m.gif": moving(t)}})
	s.state.take(slides.Loaded{Deck: d, Version: 2})
	s.draw()
	s.settle()
}

// settle goes on until the pictures in the window and those of the next keys are drawn.
func (s *session) settle() {
	for {
		s.state.prepare()
		synctest.Wait()
		select {
		case <-s.state.pictures.store.News:
			s.state.arrived()
			s.draw()
		default:
			return
		}
	}
}

// wrote returns how many sequences with a beginning the last frame has.
func (s *session) wrote(begin string) int { return strings.Count(string(s.screen.last), begin) }

var (
	inKitty  = picture.Terminal{Program: "kitty", Kitty: true, Colours: 1 << 24}
	inITerm  = picture.Terminal{Program: "iTerm.app", Colours: 1 << 24}
	inBlocks = picture.Terminal{Colours: 1 << 24}
)

const (
	cell    = "\U0010EEEE"
	put     = "\x1b_Ga=T,U=1"
	dropped = "\x1b_Ga=d,d=I"
	inline  = "\x1b]1337;File="
)

// TestPictures: a picture comes without a key that waits for it, is in the cells that the slide has for
// it, and is gone with its slide.
func TestPictures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := pictured(t, gallery, inKitty, [2]int{80, 64})
		if n := strings.Count(s.screen.text(), cell); n != 10*4 {
			t.Errorf("%d cells of a picture of 10×4:\n%s", n, s.screen.text())
		}
		s.key("n")
		if text := s.screen.text(); strings.Contains(text, cell) || !strings.Contains(text, "none") {
			t.Errorf("the picture is left behind:\n%s", text)
		}
		s.settle()
		s.key("p")
		if n := strings.Count(s.screen.text(), cell); n != 10*4 || s.wrote(put) != 0 {
			t.Errorf("back with %d cells; the picture was sent %d times more", n, s.wrote(put))
		}
		s.input(input.Resumed{})
		if s.wrote(put) != 1 {
			t.Errorf("on a new screen the picture is sent %d times", s.wrote(put))
		}
		if out := string(s.state.canvas.clear()); strings.Count(out, dropped) != 1 {
			t.Errorf("the end says %q", out)
		}
	})
}

func throughTmux(s string) string {
	return "\x1bPtmux;" + strings.ReplaceAll(s, "\x1b", "\x1b\x1b") + "\x1b\\"
}

// TestPicturesClaimed: before the first picture, the terminal forgets those that a killed process with our numbers has
// left, and however the talk ends, ours; through tmux only if it is there.
func TestPicturesClaimed(t *testing.T) {
	for _, multiplexer := range []string{"", "tmux"} {
		synctest.Test(t, func(t *testing.T) {
			kind := inKitty
			kind.Multiplexer, kind.Passes = multiplexer, true
			s := newSession(t, "x\n", 60, 20)
			s.state.Wrap = throughTmux
			s.show(t, gallery, kind, [2]int{80, 64})
			first, last, _ := s.state.pictures.store.Numbers()
			want := fmt.Sprintf("\x1b_Ga=d,d=R,x=%d,y=%d,q=2\x1b\\", first, last)
			if multiplexer == "tmux" {
				want = throughTmux(want)
			}
			frame := string(s.screen.last)
			if s.screen.undo != want || strings.Count(frame, want) != 1 || strings.Index(frame, want) > strings.Index(frame, put) {
				t.Errorf("the end undoes %q; the frame begins %.200q; want %q", s.screen.undo, frame, want)
			}
			s.key("n")
			s.key("p")
			s.input(input.Resumed{})
			if s.screen.undo != want || s.wrote(want) != 0 {
				t.Errorf("the end undoes %q; a later frame is %.200q", s.screen.undo, s.screen.last)
			}
			if out := string(s.state.canvas.clear()); strings.Contains(out, "tmux;") != (multiplexer == "tmux") {
				t.Errorf("the last frame is %q", out)
			}
		})
	}
}

// TestPrepared: the picture of the next slide is there with the key.
func TestPrepared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := pictured(t, "Words\n===\n\n<!-- end_slide -->\n\nA chart\n===\n\n![a chart](p.png)\n", inKitty, [2]int{80, 64})
		s.key("n")
		if n := strings.Count(s.screen.text(), cell); n != 10*4 || s.wrote(put) != 1 {
			t.Errorf("the first frame has %d cells:\n%s", n, s.screen.text())
		}
	})
}

// TestPictureBlocks: half blocks are the picture where the terminal has nothing better, and what it says
// about itself later changes that.
func TestPictureBlocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := pictured(t, gallery, inBlocks, [2]int{80, 64})
		if n := strings.Count(s.screen.text(), "▀"); n != 10*4 {
			t.Errorf("%d half blocks:\n%s", n, s.screen.text())
		}
		s.input(input.Version("kitty(0.41.0)"), input.Graphics{ID: 31, OK: true}, input.CellPixels{Width: 16, Height: 32})
		s.settle()
		if n := strings.Count(s.screen.text(), cell); n != 5*2 || strings.Contains(s.screen.text(), "▀") {
			t.Errorf("%d cells of kitty, of twice the size:\n%s", n, s.screen.text())
		}
	})
}

// TestPictureScroll: of a picture that is partly in the window, that part is drawn.
func TestPictureScroll(t *testing.T) {
	deck := "Top\n===\n\n" + strings.Repeat("line\n\n", 6) + "![a chart](p.png)\n\n" + strings.Repeat("line\n\n", 9)
	for _, tt := range []struct {
		kind picture.Terminal
		has  func(s *session) int // rows of the picture
	}{
		{inKitty, func(s *session) int { return strings.Count(s.screen.text(), cell) / 10 }},
		{inITerm, func(s *session) int {
			var n int
			if _, after, ok := strings.Cut(string(s.screen.last), ";height="); ok {
				_, _ = fmt.Sscanf(after, "%d", &n)
			}
			return n
		}},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := pictured(t, deck, tt.kind, [2]int{80, 96})
			rows := map[int]bool{}
			for range 40 {
				s.key("<Down>", "<c-e>")
				s.key("<c-d>")
				s.settle()
				p := s.state.sheet().Pictures[0]
				row := p.Row - s.state.scroll
				want := max(min(row+p.Height, s.state.room())-max(row, 0), 0)
				rows[want] = true
				drawn := s.wrote(cell) > 0 || s.wrote(inline) > 0
				if drawn && tt.has(s) != want || tt.kind == inKitty && tt.has(s) != want {
					t.Fatalf("at row %d the window shows %d rows of the picture, not %d", row, tt.has(s), want)
				}
				if first := max(-row, 0); tt.kind == inKitty && want > 0 {
					if v := s.state.visible[0]; v.first != first || !strings.Contains(s.screen.text(), v.Rows(0)[first].Text()) ||
						first > 0 && strings.Contains(s.screen.text(), v.Rows(0)[first-1].Text()) {
						t.Fatalf("the picture begins with another row than its row %d", first)
					}
				}
			}
			if len(rows) < 2 {
				t.Errorf("the picture did not scroll: %v", rows)
			}
		})
	}
}

// TestPictureOver: what lies over the cells is drawn once, and removed by the rows below when a window
// opens over it.
func TestPictureOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := pictured(t, gallery, inITerm, [2]int{80, 64})
		if s.wrote(inline) != 1 {
			t.Fatalf("the frame draws %d pictures", s.wrote(inline))
		}
		s.state.tell("something else")
		if s.draw(); s.wrote("something else") != 1 || s.wrote(inline) != 0 {
			t.Error("the picture is drawn again when another row changes")
		}
		s.key("?")
		if s.wrote(inline) != 0 || s.wrote(";1H") == 0 {
			t.Error("the window does not remove the picture")
		}
		for _, p := range s.state.visible {
			for row := p.row; row < p.row+p.height; row++ {
				if s.wrote(fmt.Sprintf("\x1b[%d;1H", row+1)) == 0 {
					t.Errorf("row %d of the picture is not painted", row)
				}
			}
		}
		s.key("<esc>")
		if s.wrote(inline) != 1 {
			t.Error("the picture does not come back")
		}
	})
}

// TestMoves: an animation wakes the player when its next frame is due, and only on its slide.
func TestMoves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := pictured(t, gallery, inBlocks, [2]int{80, 64})
		if at := s.state.wake(); !at.IsZero() {
			t.Errorf("a picture at rest wakes the player at %v", at)
		}
		s.key("G")
		s.settle()
		began := s.state.pictures.began
		look := func() string { return fmt.Sprint(s.state.picture()) }
		s.now = began
		s.state.now = began
		first := look()
		if due := s.state.wake(); due.Sub(began) != 200*time.Millisecond {
			t.Errorf("the next frame is due after %v", due.Sub(began))
		}
		s.state.now = began.Add(200 * time.Millisecond)
		if look() == first {
			t.Error("nothing moves")
		}
		s.state.now = began.Add(400 * time.Millisecond)
		if look() != first {
			t.Error("it does not begin again")
		}
		s.state.Still = true
		s.state.restyle()
		s.draw()
		s.settle()
		if at := s.state.wake(); !at.IsZero() {
			t.Errorf("a still animation wakes the player at %v", at)
		}
	})
}

// TestMovesAtRest: a talk with an animation wakes up for its frames, while they are visible: not on another slide, not
// under a black screen or the overview, and never with --no-animation.
func TestMovesAtRest(t *testing.T) {
	for _, still := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			ctx, stop := context.WithCancel(t.Context())
			s := newSession(t, "x\n", 60, 20)
			p := s.state.Player
			var looks atomic.Int64
			events := make(chan slides.Event)
			kind := inKitty
			p.Pictures, p.Still, p.Events, p.Seat = &kind, still, events, s.hall.Join()
			p.Now = func() time.Time { looks.Add(1); return time.Now() }
			ended := make(chan error)
			go func() { ended <- p.Play(ctx) }()
			d, _ := markdown.Parse("deck.md", []byte(gallery), markdown.Config{Files: files{"p.png": chart(t, 80, 64), "m.gif": moving(t)}})
			events <- slides.Loaded{Deck: d, Version: s.count + 1}
			for _, tt := range []struct {
				key    string
				frames int // in ten seconds
			}{{"G", 50}, {"o", 0}, {"<esc>", 50}, {"b", 0}, {"b", 50}, {"p", 0}, {"n", 50}, {"gg", 0}} {
				for key := range strings.SplitSeq(strings.ReplaceAll(tt.key, "gg", "g g"), " ") {
					s.screen.events <- []input.Event{input.Key(key)}
				}
				time.Sleep(5 * time.Second) // pictures are drawn, and messages go
				synctest.Wait()
				frames, before := s.screen.frames.Load(), looks.Load()
				time.Sleep(10 * time.Second)
				synctest.Wait()
				want := tt.frames
				if still {
					want = 0
				}
				if n := int(s.screen.frames.Load() - frames); n != want || want == 0 && looks.Load() != before {
					t.Errorf("still %v: after %s there are %d frames and %d looks at the clock in ten seconds, want %d frames",
						still, tt.key, n, looks.Load()-before, want)
				}
			}
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
	}
}

// TestDrawnPicture: what a program with +image draws is shown as pictures of the deck are, and another run replaces it.
func TestDrawnPicture(t *testing.T) {
	for _, kind := range []picture.Terminal{inKitty, inBlocks, inITerm} {
		synctest.Test(t, func(t *testing.T) {
			s := pictured(t, "A chart\n===\n\n```bash +image\nplot\n```\n", kind, [2]int{8, 8})
			ran := func(r slides.Result) {
				r.State, r.Elapsed, r.Layers = slides.Done, time.Second, []string{"all"}
				s.state.take(slides.Ran{Key: s.state.deck().Executable()[0].Key, Result: r})
				s.draw()
				s.settle()
			}
			places := func() (out [][2]int) {
				for _, p := range s.state.sheet().Pictures {
					out = append(out, [2]int{p.Width, p.Height})
				}
				return out
			}
			ran(slides.Result{Status: slides.OK, Log: []slides.Chunk{{Data: chart(t, 80, 64)}}})
			if got := places(); len(got) != 1 || got[0] != [2]int{10, 4} || len(s.state.visible) != 1 {
				t.Errorf("places %v, visible %d:\n%s", got, len(s.state.visible), s.screen.text())
			}
			ran(slides.Result{Status: slides.OK, Log: []slides.Chunk{{Data: chart(t, 160, 32)}}})
			if got := places(); len(got) != 1 || got[0] != [2]int{20, 2} || len(s.state.visible) != 1 {
				t.Errorf("afterwards places %v, visible %d:\n%s", got, len(s.state.visible), s.screen.text())
			}
			if n := strings.Count(s.screen.text(), cell); kind == inKitty && n != 20*2 {
				t.Errorf("%d cells:\n%s", n, s.screen.text())
			}
			ran(slides.Result{Status: slides.Exited, Exit: 3, Log: []slides.Chunk{{Data: []byte("no data\n"), Stderr: true}}})
			if text := s.screen.text(); len(s.state.visible) != 0 || !strings.Contains(text, "no data") || strings.Contains(text, cell) {
				t.Errorf("a picture stays after a failure:\n%s", text)
			}
		})
	}
}

// TestOverviewPictures: the overview shows small pictures within the frames of their slides, and nothing moves in it.
// Afterwards the slide has its own again.
func TestOverviewPictures(t *testing.T) {
	deck := gallery + "\n<!-- end_slide -->\n\nLow\n===\n\n" + strings.Repeat("line\n\n", 9) + "![a chart](p.png)\n"
	inSixel := picture.Terminal{Sixel: true, Colours: 1 << 24}
	for _, tt := range []struct {
		kind  picture.Terminal
		has   string
		each  int // times in the frame of the chart: the slide has 60 columns, and a frame 28
		slide int // the same on the slide
	}{{inKitty, cell, 4 * 2, 10 * 4}, {inBlocks, "▀", 4 * 2, 10 * 4}, {inITerm, inline, 1, 1}, {inSixel, "\x1bP0;0;8q", 1, 1}} {
		synctest.Test(t, func(t *testing.T) {
			s := pictured(t, deck, tt.kind, [2]int{80, 64})
			s.key("o")
			s.settle()
			count := func() int {
				if picture.Choose(tt.kind).InCells() {
					return strings.Count(s.screen.text(), tt.has)
				}
				s.state.canvas.forget()
				s.state.urgent = true
				s.draw()
				return s.wrote(tt.has)
			}
			if n := count(); n != tt.each+1 { // the other one has one cell
				t.Errorf("%v: the overview has %d, not %d and 1:\n%s", picture.Choose(tt.kind), n, tt.each, s.screen.text())
			}
			for _, p := range s.state.visible {
				m := s.state.modal.(*overview)
				row, col := p.row%m.cell[1], p.col%m.cell[0]
				if row < 1 || row+p.height > m.cell[1]-1 || col < 1 || p.row+p.height > 20 {
					t.Errorf("a picture in row %d, column %d of a frame has %d rows", row, col, p.height)
				}
			}
			if at := s.state.wake(); !at.IsZero() {
				t.Errorf("the overview wakes the player at %v", at)
			}
			s.key("<esc>")
			if n := count(); n != tt.slide {
				t.Errorf("%v: the slide has %d afterwards, not %d:\n%s", picture.Choose(tt.kind), n, tt.slide, s.screen.text())
			}
		})
	}
}

// TestOverviewFrames: where no pictures are shown, the overview has small frames with the descriptions.
func TestOverviewFrames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kind := inKitty
		kind.Wanted = picture.None
		s := pictured(t, gallery, kind, [2]int{80, 64})
		s.key("o")
		const frame = "|│ ╭────────────────────────╮ │"
		if text := s.screen.text(); !strings.Contains(text, frame) || !strings.Contains(text, "|│ │        a chart         │ │") ||
			!strings.Contains(text, strings.NewReplacer("╭", "╰", "╮", "╯").Replace(frame)) {
			t.Error(text)
		}
	})
}

// TestSixelAnswer: the terminal's attributes decide about sixels, also later.
func TestSixelAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := pictured(t, gallery, inBlocks, [2]int{80, 64})
		s.input(input.Attributes{62, 4, 22})
		s.settle()
		if strings.Contains(s.screen.text(), "▀") || picture.Choose(s.state.pictures.kind) != picture.Sixel || len(s.state.overlaid()) != 1 {
			t.Errorf("with sixels, the screen is\n%s", s.screen.text())
		}
		s.input(input.Attributes{62, 22})
		s.settle()
		if strings.Count(s.screen.text(), "▀") != 10*4 {
			t.Errorf("without sixels, the screen is\n%s", s.screen.text())
		}
	})
}

// TestCellAnswer: the size of cells is as the terminal says, unless nobody could believe it.
func TestCellAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := pictured(t, gallery, inBlocks, [2]int{80, 64})
		for _, tt := range []struct {
			answer input.Event
			want   [2]int
		}{
			{input.WindowPixels{Width: 60 * 7, Height: 20 * 15}, [2]int{7, 15}},
			{input.CellPixels{Width: 10, Height: 20}, [2]int{10, 20}},
			{input.WindowPixels{Width: 60 * 7, Height: 20 * 15}, [2]int{10, 20}}, // less exact
			{input.CellPixels{Width: 101, Height: 20}, [2]int{10, 20}},
			{input.CellPixels{Width: 10, Height: 101}, [2]int{10, 20}},
			{input.CellPixels{Width: 0, Height: 20}, [2]int{10, 20}},
			{input.CellPixels{Width: 10, Height: -1}, [2]int{10, 20}},
			{input.CellPixels{Width: 100, Height: 100}, [2]int{100, 100}},
		} {
			if s.input(tt.answer); s.state.cell() != tt.want {
				t.Errorf("after %+v a cell has %v pixels, want %v", tt.answer, s.state.cell(), tt.want)
			}
		}
	})
}

// TestUnshown: a picture that the terminal cannot show says why in its place.
func TestUnshown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := pictured(t, gallery, inKitty, [2]int{80, 64})
		svg := "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\"></svg>"
		d, _ := markdown.Parse("deck.md", []byte("Top\n===\n\n![a drawing](p.png)\n"), markdown.Config{Files: files{"p.png": []byte(svg)}})
		s.state.take(slides.Loaded{Deck: d, Version: 3})
		s.draw()
		s.settle()
		if text := s.screen.text(); !strings.Contains(text, "terminals show no SVG") || !strings.Contains(text, "a drawing") {
			t.Error(text)
		}
	})
}

// mute is a terminal that shows nothing.
type mute struct {
	*screen
	bytes int // of the last frame
}

func (m *mute) Write(p []byte) (int, error) {
	m.bytes = len(p)
	return len(p), nil
}

// BenchmarkPicture measures from a key to the bytes of the frame, at 120×40, with a prepared picture that
// fills the slide.
func BenchmarkPicture(b *testing.B) {
	for _, kind := range []picture.Terminal{inKitty, inITerm, {Sixel: true, Colours: 1 << 24}, inBlocks} {
		b.Run(picture.Choose(kind).String(), func(b *testing.B) {
			s := newSession(b, "x\n", 120, 40)
			s.state.Pictures = &kind
			s.state.pictures = newPictures(s.state.Player)
			s.state.restyle()
			deck := "Words\n===\n\n<!-- end_slide -->\n\nA chart\n===\n\n![a chart](p.png)\n"
			d, _ := markdown.Parse("deck.md", []byte(deck), markdown.Config{Files: files{"p.png": chart(b, 1920, 1080)}})
			s.state.take(slides.Loaded{Deck: d, Version: 2})
			s.draw()
			s.key("n")
			for len(s.state.visible) == 0 { // sizes, then drawings
				<-s.state.pictures.store.News
				s.state.arrived()
				s.draw()
			}
			out := &mute{screen: s.screen}
			s.state.Terminal = out
			var took []time.Duration
			for b.Loop() {
				s.state.canvas.sent = nil // as on the first visit
				s.state.hear([]input.Event{input.Key("p")}, true)
				s.state.draw()
				s.now = s.now.Add(time.Second)
				began := time.Now()
				s.state.hear([]input.Event{input.Key("n")}, true)
				s.state.draw()
				took = append(took, time.Since(began))
				s.now = s.now.Add(time.Second)
			}
			slices.Sort(took)
			b.ReportMetric(float64(out.bytes), "B/frame")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}
