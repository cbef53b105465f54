package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/talk"
)

// The question goes to the terminal itself: standard input may belong to a program, and standard
// output is data. Neither may answer in the user's place. Only a word that means yes counts as a yes.

// answers lists the words that the user can type.
var answers = map[string]talk.Answer{
	"": talk.No, "n": talk.No, "no": talk.No, "y": talk.Once, "yes": talk.Once, "a": talk.Always, "always": talk.Always,
}

// interactive reports whether a user can be asked.
func (a *app) interactive() bool {
	in, ok := a.in.(*os.File)
	return ok && isTerminal(in) && a.ui.tty
}

// ask asks whether a deck may have the permissions that the file beside it requests. No terminal means no.
func (a *app) ask(ctx context.Context, q talk.Question) (talk.Answer, error) {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return talk.No, nil
	}
	a.ui.clear()
	got := make(chan talk.Answer, 1)
	var size room
	size.columns, size.rows = terminalSize(tty)
	go func() { got <- question(tty, size, q) }()
	select {
	case said := <-got:
		return said, tty.Close()
	case <-ctx.Done():
		// The reader of the terminal may stay in its read; the process is about to end.
		_ = tty.Close()
		return talk.No, exit{exitFailed}
	}
}

// question shows the requests and reads the answer. It repeats the question a few times if the user
// types something else. The first screen fits the terminal, so that nothing scrolls away: the
// riskiest requests stand last, and the others are counted if they do not fit.
func question(tty io.ReadWriter, on room, q talk.Question) talk.Answer {
	asked := describe(permit.ByDanger(q.Requests), q.Settings.Name)
	name := text.Name(q.Deck.File)
	if most := 2 * on.columns; text.Width(name) > most { // its end tells it from others
		name = "…" + text.Tail(name, most)
	}
	head := fmt.Sprintf("slidexec: programs of %s want to\n", name)
	show := head + on.fit(asked, on.lines(head))
	in := bufio.NewReader(io.LimitReader(tty, 4096))
	for wrong := 0; wrong < 3; {
		if _, err := io.WriteString(tty, text.Block(show+prompt)); err != nil {
			return talk.No
		}
		line, err := in.ReadString('\n')
		if err != nil { // an unfinished answer does not count
			return talk.No
		}
		word := strings.ToLower(strings.TrimSpace(line))
		if said, ok := answers[word]; ok {
			return said
		}
		if word == "l" || word == "list" {
			show = head + join(asked)
			continue
		}
		show = ""
		wrong++
	}
	return talk.No
}

const prompt = "allow it? [y]es, this time · [a]lways, for exactly this · [N]o: "

// thing is a requested permission as the question shows it.
type thing struct {
	kind permit.Kind
	text string
}

func join(asked []thing) string {
	var b strings.Builder
	for _, t := range asked {
		b.WriteString(t.text)
	}
	return b.String()
}

// describe writes each requested thing on lines of its own. A request for several programs is one thing.
func describe(requests []permit.Request, file string) []thing {
	var out []thing
	done := map[string]bool{}
	for _, q := range requests {
		same := slices.DeleteFunc(slices.Clone(requests), func(o permit.Request) bool { return o.Grant.Describe() != q.Grant.Describe() })
		if done[q.Grant.Describe()] {
			continue
		}
		done[q.Grant.Describe()] = true
		var b strings.Builder
		fmt.Fprintf(&b, "  - %s  [%s, %s:%d]\n", whose(same), text.Name(q.String()), filepath.Base(file), q.At.Line())
		for _, w := range q.Warnings() {
			fmt.Fprintf(&b, "    ! careful: %s\n", w)
		}
		out = append(out, thing{q.Kind, b.String()})
	}
	return out
}

// whose describes the thing that these requests have in common, and names their programs.
func whose(same []permit.Request) string {
	if slices.ContainsFunc(same, func(q permit.Request) bool { return q.Snippet == "" }) {
		return same[0].Grant.Describe()
	}
	const most = 3
	var ids []string
	for _, q := range same[:min(len(same), most)] {
		ids = append(ids, strconv.Quote(text.Head(q.Snippet, 40)))
	}
	if n := len(same) - most; n > 0 {
		ids = append(ids, fmt.Sprintf("%d more", n))
	}
	return same[0].Grant.Describe() + ", for " + strings.Join(ids, ", ") + " alone"
}

// room is the size of the screen that a question has to fit on.
type room struct{ columns, rows int }

// lines counts the lines that a text takes.
func (s room) lines(shown string) int {
	n := 0
	for line := range strings.Lines(shown) {
		n += max(1, (text.Width(strings.TrimSuffix(line, "\n"))+s.columns-1)/s.columns)
	}
	return n
}

// fit returns as many of the last things as fit below the used lines, and counts the others.
func (s room) fit(asked []thing, used int) string {
	rows := s.rows - 1 - used - s.lines(prompt) - s.lines(others(asked))
	first := len(asked) - 1
	for left := rows - s.lines(asked[first].text); first > 0; first-- {
		if left -= s.lines(asked[first-1].text); left < 0 {
			break
		}
	}
	if first == 0 {
		return join(asked)
	}
	return others(asked[:first]) + join(asked[first:])
}

// others counts the things that are not shown, by kind.
func others(asked []thing) string {
	var kinds []string
	for i := 0; i < len(asked); {
		n := 1
		for i+n < len(asked) && asked[i+n].kind == asked[i].kind {
			n++
		}
		kinds = append(kinds, fmt.Sprintf("%d %s", n, asked[i].kind))
		i += n
	}
	return fmt.Sprintf("  - and %d more: %s; l lists them all\n", len(asked), strings.Join(kinds, ", "))
}
