package text

import (
	"bytes"
	"io"
	"slices"
)

// Systems of continuous integration read the log while it is printed, and execute some of its lines as
// commands: to set a variable, to mask a word, to raise an error. Programs and decks print into such
// logs, too, and must not give commands there. Their text stays readable: this file only inserts a
// backslash before the last character of a command's mark.
//
// GitHub's own way, ::stop-commands::TOKEN around foreign text, was not taken: it adds two lines to
// every output, although we do not know whether the output goes to the log or into a variable. It also
// does not define the order in which the system reads the two streams.

// command is the mark that begins a command in a log.
type command struct {
	mark  string
	start bool // only at the beginning of a line, blanks and escape sequences aside
}

// systems lists the variables that such systems set, and the marks of their commands.
var systems = []struct {
	variable string
	commands []command
}{
	{"GITHUB_ACTIONS", []command{{"::", true}, {"##[", false}}},
	{"TF_BUILD", []command{{"##[", false}, {"##vso[", false}}},
	{"TEAMCITY_VERSION", []command{{"##teamcity[", false}}},
	{"GITLAB_CI", []command{{"section_start:", false}, {"section_end:", false}}},
}

// Commands holds the marks of commands in the log that this process writes to. The zero value has none.
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

// Marks returns the marks of commands of all systems, wherever in a line they may stand.
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

// Inert returns a writer to w whose text begins no command. Everything else passes unchanged. Several
// writers that may lead into one log share its Past, because one may complete a mark that another has
// begun. Such writers must not be used at the same time.
func (c Commands) Inert(w io.Writer, shared ...*Past) io.Writer {
	if len(c.of) == 0 {
		return w
	}
	return &inert{Commands: c, w: w, pasts: append([]*Past{{}}, shared...)}
}

// InertLine returns one line of text, changed so that it begins no command.
func (c Commands) InertLine(line string) string {
	if len(c.of) == 0 {
		return line
	}
	var b bytes.Buffer
	_, _ = c.Inert(&b).Write([]byte(line)) // a write to memory does not fail
	return b.String()
}

// inert is a stream with its past, because a command may come in pieces.
type inert struct {
	Commands
	w     io.Writer
	pasts []*Past // its own, and those that it shares
}

// Past is the beginning and the end of the last line of a log. The zero value is an empty log.
type Past struct {
	recent []byte // the last bytes, at most the length of a mark
	lead   []byte // the first visible characters of the line, at most the length of a mark
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
		if slices.ContainsFunc(i.pasts, func(past *Past) bool { return i.begins(past, c) }) {
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

// see records c in every past.
func (i *inert) see(c byte) {
	for _, p := range i.pasts {
		p.see(c, i.longest)
	}
}

// begins reports whether b after p completes the mark of a command.
func (c Commands) begins(p *Past, b byte) bool {
	for _, m := range c.of {
		before, last := m.mark[:len(m.mark)-1], m.mark[len(m.mark)-1]
		switch {
		case b != last:
		case m.start && string(p.lead) == before && p.escape == noEscape,
			!m.start && bytes.HasSuffix(p.recent, []byte(before)):
			return true
		}
	}
	return false
}

// see records c. longest is the length of the longest mark.
func (p *Past) see(c byte, longest int) {
	if p.recent = append(p.recent, c); len(p.recent) > longest {
		p.recent = p.recent[:copy(p.recent, p.recent[1:])]
	}
	switch {
	case c == '\n', c == '\r':
		p.lead, p.escape = p.lead[:0], noEscape
	case c == 0x1b:
		p.escape = afterESC
	case p.escape == afterESC:
		if p.escape = noEscape; c == '[' {
			p.escape = inCSI
		}
	case p.escape == inCSI:
		if c >= 0x40 && c <= 0x7e {
			p.escape = noEscape
		}
	case len(p.lead) > 0 || c > ' ' && c < 0x7f: // before the first one, other characters count as blanks
		if len(p.lead) <= longest {
			p.lead = append(p.lead, c)
		}
	}
}
