package text

import (
	"bytes"
	"io"
	"slices"
)

// Systems that run tests in the cloud read the log as it is printed and take some of its lines for
// commands: to set a variable, to mask a word, to raise an error. Programs and decks print into
// such logs, too, and must not give orders there. Their words stay readable: a backslash before the
// last character of what begins a command is all that is changed.
//
// GitHub's own way, ::stop-commands::TOKEN around foreign text, was not taken: it adds two lines to
// every output, of which nobody knows whether it goes to the log or into a variable, and it knows
// nothing of the order in which the two streams are read.

// command is what begins a command in a log.
type command struct {
	mark  string
	start bool // only at the beginning of a line, blanks and escape sequences aside
}

// systems lists the variables that such systems set, and their commands.
var systems = []struct {
	variable string
	commands []command
}{
	{"GITHUB_ACTIONS", []command{{"::", true}, {"##[", false}}},
	{"TF_BUILD", []command{{"##[", false}, {"##vso[", false}}},
	{"TEAMCITY_VERSION", []command{{"##teamcity[", false}}},
	{"GITLAB_CI", []command{{"section_start:", false}, {"section_end:", false}}},
}

// Commands is what begins a command in the log that this process writes to. The zero value: nothing.
type Commands struct {
	of      []command
	longest int
}

// InLog returns the commands of the systems whose variables are set.
func InLog(getenv func(string) string) Commands {
	var c Commands
	for _, s := range systems {
		if v := getenv(s.variable); v == "" || v == "false" {
			continue
		}
		for _, m := range s.commands {
			c.of = append(c.of, m)
			c.longest = max(c.longest, len(m.mark))
		}
	}
	return c
}

// Marks returns what begins a command in the log of any system, wherever in a line it stands.
func Marks() []string {
	var out []string
	for _, s := range systems {
		for _, c := range s.commands {
			if !c.start && !slices.Contains(out, c.mark) {
				out = append(out, c.mark)
			}
		}
	}
	return out
}

// Inert returns a writer to w whose text begins no command. Everything else passes as it is.
func (c Commands) Inert(w io.Writer) io.Writer {
	if len(c.of) == 0 {
		return w
	}
	return &inert{Commands: c, w: w}
}

// InertLine returns one line of text that begins no command.
func (c Commands) InertLine(line string) string {
	if len(c.of) == 0 {
		return line
	}
	var b bytes.Buffer
	_, _ = (&inert{Commands: c, w: &b}).Write([]byte(line)) // memory takes it all
	return b.String()
}

// inert is a stream and what it remembers of its past: commands come in pieces, too.
type inert struct {
	Commands
	w      io.Writer
	recent []byte // the last bytes, as many as a mark has
	lead   []byte // the first characters of the line that show, as many as a mark has
	escape escapeState
}

type escapeState int

const (
	noEscape escapeState = iota
	afterESC
	inCSI
)

// Write passes p on. It reports len(p) unless w failed.
func (i *inert) Write(p []byte) (int, error) {
	out := make([]byte, 0, len(p)+8)
	for _, c := range p {
		if i.begins(c) {
			out = append(out, '\\')
			i.see('\\')
		}
		out = append(out, c)
		i.see(c)
	}
	if _, err := i.w.Write(out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// begins reports whether c completes the mark of a command.
func (i *inert) begins(c byte) bool {
	for _, m := range i.of {
		before, last := m.mark[:len(m.mark)-1], m.mark[len(m.mark)-1]
		switch {
		case c != last:
		case m.start && string(i.lead) == before && i.escape == noEscape,
			!m.start && bytes.HasSuffix(i.recent, []byte(before)):
			return true
		}
	}
	return false
}

// see remembers c.
func (i *inert) see(c byte) {
	if i.recent = append(i.recent, c); len(i.recent) > i.longest {
		i.recent = i.recent[:copy(i.recent, i.recent[1:])]
	}
	switch {
	case c == '\n', c == '\r':
		i.lead, i.escape = i.lead[:0], noEscape
	case c == 0x1b:
		i.escape = afterESC
	case i.escape == afterESC:
		if i.escape = noEscape; c == '[' {
			i.escape = inCSI
		}
	case i.escape == inCSI:
		if c >= 0x40 && c <= 0x7e {
			i.escape = noEscape
		}
	case len(i.lead) > 0 || c > ' ' && c < 0x7f: // before it, all that is not ASCII counts as blank
		if len(i.lead) <= i.longest {
			i.lead = append(i.lead, c)
		}
	}
}
