package text

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

// log returns the commands of a system.
func log(variable string) Commands {
	return InLog(func(name string) string {
		if name == variable {
			return "true"
		}
		return ""
	})
}

func TestInert(t *testing.T) {
	tests := []struct{ name, system, in, want string }{
		{"an error", "GITHUB_ACTIONS", "::error file=a::forged\n", `:\:error file=a::forged` + "\n"},
		{"in later lines", "GITHUB_ACTIONS", "a\n::add-mask::e\r\n::x::\n", "a\n:\\:add-mask::e\r\n:\\:x::\n"},
		{"behind a carriage return", "GITHUB_ACTIONS", "50%\r::error::x", "50%\r:\\:error::x"},
		{"behind blanks", "GITHUB_ACTIONS", " \t\v\u00a0\u3000::error::x", " \t\v\u00a0\u3000:\\:error::x"},
		{"behind colours", "GITHUB_ACTIONS", "\x1b[1;31m\x1b[0m ::error::x", "\x1b[1;31m\x1b[0m :\\:error::x"},
		{"behind a byte order mark", "GITHUB_ACTIONS", "\ufeff::error::x", "\ufeff:\\:error::x"},
		{"the old form, anywhere", "GITHUB_ACTIONS", "a ##[add-mask]x ##[group]y", `a ##\[add-mask]x ##\[group]y`},
		{"no commands", "GITHUB_ACTIONS", "std::vector a::b\n# [x] ## [y] : :: x\n", "std::vector a::b\n# [x] ## [y] : :: x\n"},
		{"Azure", "TF_BUILD", "a ##vso[task.setvariable]b ##[error]c", `a ##vso\[task.setvariable]b ##\[error]c`},
		{"TeamCity", "TEAMCITY_VERSION", "##teamcity[buildStatus text='x']", `##teamcity\[buildStatus text='x']`},
		{"GitLab", "GITLAB_CI", "\x1b[0Ksection_start:1:a\r\x1b[0Ksection_end:1:a", "\x1b[0Ksection_start\\:1:a\r\x1b[0Ksection_end\\:1:a"},
		{"elsewhere", "HOME", "::error::x ##[x] ##vso[", "::error::x ##[x] ##vso["},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for size := 1; size <= len(tt.in); size += 3 { // whatever pieces it comes in
				var got bytes.Buffer
				w := log(tt.system).Inert(&got)
				for rest := tt.in; rest != ""; {
					n := min(size, len(rest))
					if m, err := w.Write([]byte(rest[:n])); m != n || err != nil {
						t.Fatalf("%d, %v", m, err)
					}
					rest = rest[n:]
				}
				if got.String() != tt.want {
					t.Fatalf("in pieces of %d: got %q, want %q", size, got.String(), tt.want)
				}
			}
			if got := log(tt.system).InertLine(tt.in); got != tt.want {
				t.Errorf("as a line: got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestShared has two writers to one log, each with a piece of a command.
func TestShared(t *testing.T) {
	for _, pieces := range [][]string{{":", ":error::x\n"}, {"", "a\n:", ":error::x\n"}, {"##", "[error]x"}, {"a #", "#[error]x"}, {":\n", "::x"}} {
		var got bytes.Buffer
		var past Past
		both := []io.Writer{log("GITHUB_ACTIONS").Inert(&got, &past), log("GITHUB_ACTIONS").Inert(&got, &past)}
		for n, s := range pieces {
			_, _ = both[n%2].Write([]byte(s))
		}
		if text := got.String(); strings.Contains(text, "##[") || strings.HasPrefix(text, "::") || strings.Contains(text, "\n::") {
			t.Errorf("%q: %q is a command", pieces, text)
		}
	}
	var own, other bytes.Buffer // what leads elsewhere is a log of its own, all the same
	var past Past
	_, _ = log("GITHUB_ACTIONS").Inert(&other, &past).Write([]byte("a"))
	_, _ = log("GITHUB_ACTIONS").Inert(&own, &past).Write([]byte("::error::x"))
	if own.String() != `:\:error::x` {
		t.Errorf("got %q", own.String())
	}
}

func TestNoLog(t *testing.T) {
	var b bytes.Buffer
	if w := InLog(func(string) string { return "" }).Inert(&b); w != &b {
		t.Error("a writer of its own where nothing is to be changed")
	}
	if c := InLog(func(string) string { return "false" }); len(c.of) > 0 {
		t.Error("a variable that says false counts")
	}
}

// No line begins a command as the runner reads it, and nothing but backslashes is added.
func FuzzInert(f *testing.F) {
	for _, s := range []string{"::error::x", "\x1b[::error::x", "\x1b[0m::", ":\x1b[m:error::x", "##[a]", "#\\#[", " \r::\n::", "é::a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := log("GITHUB_ACTIONS").InertLine(s)
		for line := range strings.FieldsFuncSeq(got, func(r rune) bool { return r == '\n' || r == '\r' }) {
			if strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") {
				t.Fatalf("%q of %q is a command", line, s)
			}
		}
		if strings.ReplaceAll(got, "\\", "") != strings.ReplaceAll(s, "\\", "") {
			t.Fatalf("%q became %q", s, got)
		}
	})
}
