package toolchain

import (
	"fmt"
	"strings"

	"github.com/slidexec/slidexec/internal/pattern"
	"github.com/slidexec/slidexec/slides/fetch"
)

// Script is a Rust program that carries its manifest within itself, in any of the forms that
// rust-script and cargo's own single-file packages read:
//
//	// cargo-deps: anyhow = "1", rand          the first line that is not blank
//	//! ```cargo … //! ```                     a crate's doc comment, also /*! … */
//	--- … ---                                  a front matter, "---cargo" too
//
// A program without a manifest is a Script with an empty one.
type Script struct {
	Manifest string   // TOML as the author wrote it
	Source   string   // the compiler's input: the same lines, after Before lines of ours
	Before   int      // lines of Source before the program's first one
	Front    bool     // the manifest was a front matter
	Sources  []Source // places of crates that are not in a default registry; Package sets it
	lines    []int    // 1-based line of the program for each line of Manifest
}

// Source is a place named in a manifest.
type Source struct {
	Name  string // of the dependency
	Place fetch.Place
	Line  int // of the program
}

// LineOf returns the line of the program where its manifest has a word, or the line of the
// manifest.
func (s *Script) LineOf(word string) int { return s.find(word) }

// ManifestError is a mistake in a program's manifest.
type ManifestError struct {
	Line int // of the program, 1-based; 0 if unknown
	Msg  string
	Hint string
}

func (e *ManifestError) Error() string { return "cargo manifest: " + e.Msg }

var (
	shebang   = pattern.New(`^#![^\[\n].*`)
	cargoDeps = pattern.New(`^//\s*(?i:cargo-deps)\s*:(.*)$`)
	frontOpen = pattern.New(`^(-{3,})[ \t]*([^\s-][^\s]*)?[ \t]*$`)
	hasMain   = pattern.New(`(?m)^[ \t]*(pub )?(async )?(extern "C" )?fn main *\(`)
)

// ParseScript splits a program. The error is a *ManifestError.
func ParseScript(code string) (*Script, error) {
	s := &Script{}
	lines := strings.Split(code, "\n")
	if shebang().MatchString(lines[0]) {
		lines[0] = "" // blanking it keeps the numbers of the lines below
	}
	first := 0
	for first < len(lines) && strings.TrimSpace(lines[first]) == "" {
		first++
	}
	if first < len(lines) {
		if err := s.parseManifest(lines, first); err != nil {
			return nil, err
		}
	}
	s.Source = strings.Join(lines, "\n")
	if !hasMain().MatchString(s.Source) {
		s.Source = "fn main() -> Result<(), Box<dyn std::error::Error + Sync + Send>> {\n" + s.Source + "\n    Ok(())\n}\n"
		s.Before = 1
	}
	return s, nil
}

// parseManifest looks at the first line that is not blank. A front matter is not Rust, so it is
// blanked; the comment forms stay.
func (s *Script) parseManifest(lines []string, first int) error {
	line := strings.TrimRight(lines[first], " \t\r")
	switch {
	case cargoDeps().MatchString(line):
		s.Manifest = depsLine(cargoDeps().FindStringSubmatch(line)[1])
		for range strings.Count(s.Manifest, "\n") {
			s.lines = append(s.lines, first+1)
		}
	case frontOpen().MatchString(line):
		return s.frontMatter(lines, first)
	case strings.HasPrefix(line, "//!"), strings.HasPrefix(line, "///"):
		s.fenced(lineComment(lines, first, line[:3]))
	case strings.HasPrefix(line, "/**/"): // an empty comment that documents nothing
	case strings.HasPrefix(line, "/*!"), strings.HasPrefix(line, "/**"):
		s.fenced(blockComment(lines, first))
	}
	return nil
}

// numbered is a line of a comment with its number in the program.
type numbered struct {
	text string
	line int
}

// lineComment returns the text of a run of doc comment lines.
func lineComment(lines []string, first int, mark string) []numbered {
	var out []numbered
	for i := first; i < len(lines); i++ {
		text, ok := strings.CutPrefix(lines[i], mark)
		if !ok {
			break
		}
		out = append(out, numbered{strings.TrimPrefix(text, " "), i + 1})
	}
	return out
}

// blockComment returns the text of a block doc comment, without a margin of stars.
func blockComment(lines []string, first int) []numbered {
	var out []numbered
	for i := first; i < len(lines); i++ {
		line := lines[i]
		if i == first {
			line = line[len("/*!"):]
		}
		text, _, ended := strings.Cut(line, "*/")
		if trimmed := strings.TrimLeft(text, " \t"); i > first && strings.HasPrefix(trimmed, "*") {
			text = strings.TrimPrefix(trimmed[1:], " ")
		}
		out = append(out, numbered{text, i + 1})
		if ended {
			break
		}
	}
	return out
}

var fence = pattern.New("^\\s{0,3}(`{3,}|~{3,})\\s*([^`]*?)\\s*$")

// fenced takes the first fenced block named cargo out of a comment's Markdown.
func (s *Script) fenced(comment []numbered) {
	open, ours := "", false
	for _, l := range comment {
		m := fence().FindStringSubmatch(l.text)
		switch {
		case m != nil && open == "":
			open, ours = m[1], strings.EqualFold(m[2], "cargo")
		case m != nil && m[1][0] == open[0] && len(m[1]) >= len(open) && m[2] == "":
			if ours {
				return
			}
			open = ""
		case ours:
			s.Manifest += strings.TrimRight(l.text, "\r") + "\n"
			s.lines = append(s.lines, l.line)
		}
	}
}

// frontMatter takes the lines up to the closing dashes and blanks them.
func (s *Script) frontMatter(lines []string, first int) error {
	m := frontOpen().FindStringSubmatch(strings.TrimRight(lines[first], " \t\r"))
	if info := strings.Trim(m[2], "[]"); info != "" && info != "cargo" {
		return &ManifestError{Line: first + 1, Msg: fmt.Sprintf("slidexec does not know front matter of kind %q", info),
			Hint: "write --- or ---cargo"}
	}
	for i := first + 1; i < len(lines); i++ {
		if strings.TrimRight(lines[i], " \t\r") == m[1] {
			for j := first + 1; j < i; j++ {
				s.Manifest += strings.TrimRight(lines[j], "\r") + "\n"
				s.lines = append(s.lines, j+1)
			}
			clear(lines[first : i+1])
			s.Front = true
			return nil
		}
	}
	return &ManifestError{Line: first + 1, Msg: "the front matter is not closed", Hint: "end it with a line of " + m[1]}
}

// depsLine turns `a="1", b` into a dependencies table, one dependency a line.
func depsLine(list string) string {
	var b strings.Builder
	b.WriteString("[dependencies]\n")
	depth, quoted, start := 0, false, 0
	flush := func(end int) {
		item := strings.TrimSpace(list[start:end])
		start = end + 1
		switch name, value, ok := strings.Cut(item, "="); {
		case item == "":
		case !ok:
			fmt.Fprintf(&b, "%s = \"*\"\n", item)
		default:
			fmt.Fprintf(&b, "%s = %s\n", strings.TrimSpace(name), strings.TrimSpace(value))
		}
	}
	for i := range len(list) {
		switch c := list[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			depth--
		case c == ',' && depth == 0:
			flush(i)
		}
	}
	if start <= len(list) {
		flush(len(list))
	}
	return b.String()
}

// lineOf returns the line of the program that has line n of the manifest.
func (s *Script) lineOf(n int) int {
	if n < 1 || n > len(s.lines) {
		return 0
	}
	return s.lines[n-1]
}

// find returns the line of the program where the manifest first has all words on one line, or else
// the first of them.
func (s *Script) find(words ...string) int {
	for n := len(words); n > 0; n-- {
		i := 0
		for line := range strings.Lines(s.Manifest) {
			i++
			missing := false
			for _, w := range words[:n] {
				missing = missing || !strings.Contains(line, w)
			}
			if !missing {
				return s.lineOf(i)
			}
		}
	}
	return s.lineOf(1)
}
