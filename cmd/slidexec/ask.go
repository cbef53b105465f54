package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides/permit"
)

// The question goes to the terminal itself: standard input may be a program's, standard output is
// data, and neither may answer in the user's place. Nothing but a word that means yes is a yes.

// answer is what the user says to a deck's requests.
type answer string

const (
	no     answer = "no"
	once   answer = "once"
	always answer = "always"
)

// answers is what can be typed.
var answers = map[string]answer{
	"": no, "n": no, "no": no, "y": once, "yes": once, "a": always, "always": always,
}

// interactive reports whether there is somebody to ask.
func (a *app) interactive() bool {
	in, ok := a.in.(*os.File)
	return ok && isTerminal(in) && a.ui.tty
}

// ask asks whether a deck may have what the file beside it asks for. No terminal means no.
func (a *app) ask(ctx context.Context, deck, file string, requests []permit.Request) (answer, error) {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return no, nil
	}
	a.ui.clear()
	got := make(chan answer, 1)
	go func() { got <- question(tty, deck, file, requests) }()
	select {
	case said := <-got:
		return said, tty.Close()
	case <-ctx.Done():
		// The reader of the terminal may stay in its read; the process is about to end.
		_ = tty.Close()
		return no, exit{exitFailed}
	}
}

// question shows the requests and reads the answer. What is none is asked for again, but not forever.
func question(tty io.ReadWriter, deck, file string, requests []permit.Request) answer {
	var b strings.Builder
	fmt.Fprintf(&b, "slidexec: programs of %s want to\n", text.Name(deck))
	for _, q := range requests {
		fmt.Fprintf(&b, "  - %s  [%s, %s:%d]\n", q.Describe(), text.Name(q.String()), text.Name(file), q.At.Line())
	}
	in := bufio.NewReader(io.LimitReader(tty, 4096))
	for range 3 {
		b.WriteString("allow it? [y]es, this time · [a]lways, for exactly this · [N]o: ")
		if _, err := io.WriteString(tty, text.Block(b.String())); err != nil {
			return no
		}
		b.Reset()
		line, err := in.ReadString('\n')
		if err != nil { // an answer that was not finished is none
			return no
		}
		if said, ok := answers[strings.ToLower(strings.TrimSpace(line))]; ok {
			return said
		}
	}
	return no
}
