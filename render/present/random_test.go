package present

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/render/present/input"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/stage"
)

// mixed is a deck with everything that moves.
const mixed = `---
title: Mixed 世界
author: Ann
---

Text 世界 é
===

<!-- incremental_lists: true -->

* a wide 世界世界世界世界世界世界世界世界世界世界世界世界 row
* b [link](https://example.org)

<!-- column_layout: [1, 2] -->

<!-- column: 0 -->

left

<!-- pause -->

<!-- column: 1 -->

` + "```rust {1|2-3|all} +line_numbers\nfn main() {\n\tprintln!(\"世界\");\n}\n```" + `

<!-- reset_layout -->

<!-- font_size: 3 -->

# Big

<!-- end_slide -->

Programs
===

` + "```bash +exec +id:one\necho 1\n```\n\n<!-- snippet_output: one -->\n\n<!-- pause -->\n\n```bash +exec +pty\nhtop\n```\n\n```bash +exec_replace\ndate\n```" + `

<!-- end_slide -->

<!-- column_layout: [1, 1] -->

<!-- column: 0 -->

![image:width:50%](p.png)

<!-- pause -->

![](m.gif)

<!-- column: 1 -->

words

![](p.png)

<!-- end_slide -->

> [!note]
> said

![a chart](p.png)

| a | b |
|---|---|
| 1 | 2 |
`

// keyboard are the keys that random talks press: all of the table, and some that mean nothing.
func keyboard() []string {
	out := []string{"<F3>", "3", "0", "z", "世", "<a-x>", "y", "n"}
	for _, b := range stage.Bindings(stage.Terminal) {
		if b.Action == "exit" {
			continue
		}
		for _, k := range b.Keys {
			if keys, err := stage.ParseKeys(k); err == nil {
				out = append(out, keys...)
			}
		}
	}
	return out
}

// TestRandom: whatever comes, nothing panics, and the screen is what a whole frame would have made it.
func TestRandom(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { random(t, rand.New(rand.NewPCG(seed, 1)), 150) })
	}
}

// FuzzEvents is TestRandom with seeds that the fuzzer finds.
func FuzzEvents(f *testing.F) {
	f.Add(uint64(1), uint64(2))
	f.Fuzz(func(t *testing.T, a, b uint64) { random(t, rand.New(rand.NewPCG(a, b)), 60) })
}

func random(t *testing.T, r *rand.Rand, steps int) {
	s := newSession(t, mixed, 20+r.IntN(80), 3+r.IntN(30))
	s.state.Motion = Motion{Style: []string{"", "fade", "slide_horizontal", "collapse_horizontal"}[r.IntN(4)], Duration: time.Second, Frames: 10}
	s.state.scale = r.IntN(2) == 0
	commands["most"](s, []string{fmt.Sprint(r.IntN(2) * r.IntN(100)), []string{"left", "center", "right"}[r.IntN(3)],
		fmt.Sprint(r.IntN(2) * r.IntN(30)), []string{"top", "center", "bottom"}[r.IntN(3)]})
	s.state.sheets.forget()
	keys := keyboard()
	var done []string
	defer func() {
		if t.Failed() {
			t.Log(strings.Join(done, "\n"))
		}
	}()
	for range steps {
		switch n := r.IntN(20); {
		case n < 11:
			k := keys[r.IntN(len(keys))]
			done = append(done, "key "+k)
			s.key(k)
		case n < 13:
			m := input.Mouse{Action: []string{"press", "wheel", "move", "release"}[r.IntN(4)], Row: r.IntN(40), Col: r.IntN(120), Button: r.IntN(3) - 1}
			done = append(done, fmt.Sprint("mouse ", m))
			s.input(m)
		case n < 15:
			all := s.state.deck().Executable()
			if len(all) == 0 {
				continue
			}
			p := all[r.IntN(len(all))]
			res := randomResult(r, p, s.now)
			done = append(done, fmt.Sprint("result of ", p.Name(), " ", res.State))
			s.state.take(slides.Ran{Key: p.Key, Result: res})
			s.draw()
		case n == 15:
			cols, rows := 1+r.IntN(100), 1+r.IntN(40)
			done = append(done, fmt.Sprint("resize ", cols, rows))
			commands["resize"](s, []string{fmt.Sprint(cols), fmt.Sprint(rows)})
		case n == 16:
			deck := mixed
			if parts := strings.Split(mixed, "<!-- end_slide -->"); r.IntN(2) == 0 {
				deck = strings.Join(slices.Delete(parts, r.IntN(len(parts)-1), len(parts)-1), "<!-- end_slide -->")
			}
			done = append(done, fmt.Sprint("load ", len(deck)))
			s.load(deck)
		case n == 17:
			done = append(done, "broken")
			commands["broken"](s, []string{"1", strings.Repeat("many words ", r.IntN(200))})
		case n == 18:
			done = append(done, "background")
			s.input(input.Background{R: uint8(r.IntN(256)), G: 128, B: 128}, input.Paste("pasted"))
		default:
			done = append(done, "wait")
			s.now = s.now.Add(time.Duration(r.IntN(3000)) * time.Millisecond)
			s.draw()
		}
	}
}

func randomResult(r *rand.Rand, p *slides.Snippet, now time.Time) slides.Result {
	states := []slides.State{slides.NotRun, slides.Queued, slides.Running, slides.Done}
	res := slides.Result{State: states[r.IntN(len(states))], Started: now, Elapsed: time.Second, Exit: r.IntN(2), Layers: []string{"all"}}
	if res.State == slides.Done {
		res.Status = slides.OK
	}
	text := strings.Repeat("\x1b[31mline 世界\x1b[0m\n", r.IntN(100))
	res.Log = []slides.Chunk{{Data: []byte(text)}}
	if p.Exec.OnScreen() && (res.State == slides.Running || res.State == slides.Done) {
		lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		res.Screen = &slides.Screen{Cols: 1 + r.IntN(100), Rows: len(lines), Lines: lines, Back: lines, Cursor: r.IntN(2) == 0, Col: r.IntN(80), Row: r.IntN(len(lines)),
			Alternate: r.IntN(2) == 0, Mouse: r.IntN(2) == 0}
	}
	return res
}

// TestEarlyKey: a key that is pressed before the deck is there waits for it.
func TestEarlyKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		s := newSession(t, mixed, 80, 24)
		p := s.state.Player
		events := make(chan slides.Event)
		p.Events, p.Seat = events, s.hall.Join()
		ended := make(chan error)
		go func() { ended <- p.Play(ctx) }()
		pressed := make(chan bool)
		go func() {
			s.screen.events <- []input.Event{input.Key("n")}
			close(pressed)
		}()
		synctest.Wait()
		deck, _ := markdown.Parse("deck.md", []byte(mixed), markdown.Config{})
		events <- slides.Loaded{Deck: deck, Version: s.count}
		<-pressed
		synctest.Wait()
		if m := p.Seat.Message(time.Now()); m == nil || m.Slide != 1 {
			t.Errorf("the key led to %+v", m)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// TestAtRest: while nothing moves, nothing wakes up; a program that runs wakes it ten times a second.
func TestAtRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		s := newSession(t, mixed, 80, 24)
		p := s.state.Player
		events := make(chan slides.Event)
		var looks atomic.Int64
		p.Events, p.Now = events, func() time.Time { looks.Add(1); return time.Now() }
		p.Seat = s.hall.Join()
		ended := make(chan error)
		go func() { ended <- p.Play(ctx) }()
		deck, _ := markdown.Parse("deck.md", []byte(mixed), markdown.Config{})
		events <- slides.Loaded{Deck: deck, Version: s.count}
		wakes := func() int64 {
			synctest.Wait()
			before := looks.Load()
			time.Sleep(10 * time.Second)
			synctest.Wait()
			return looks.Load() - before
		}
		time.Sleep(time.Second)
		if n := wakes(); n != 0 {
			t.Errorf("at rest, the player looked at the clock %d times in ten seconds", n)
		}
		s.screen.events <- []input.Event{input.Key("n")}
		events <- slides.Ran{Key: deck.Executable()[0].Key, Result: slides.Result{State: slides.Running, Started: time.Now()}}
		synctest.Wait()
		if n := wakes(); n != 0 {
			t.Errorf("a program on another slide made the player look at the clock %d times in ten seconds", n)
		}
		s.screen.events <- []input.Event{input.Key("n")}
		if n := wakes(); n < 5 || n > 100 {
			t.Errorf("a program that runs made the player look at the clock %d times in ten seconds", n)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
