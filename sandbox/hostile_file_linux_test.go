package sandbox

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

// A hostile program and what must come of it. testdata/hostile/INDEX.md says what the headers of
// its file mean.
type hostile struct {
	cases    []string
	want     string   // status; "" is ok
	stdout   string   // expected
	layers   []string // what stops it
	limit    string   // or which limit does
	why      string   // or why nothing can be left out
	broken   []string // what it prints when that is left out
	control  string   // who can leave it out: "root", "user"; "" is everybody
	bare     bool     // in the second run there is no sandbox at all
	since    string   // the kernel that has the hole
	without  []string // left out in both runs
	kept     []string // entries of Result.Limits
	stdin    string
	out      string // where a directory of ours is mounted that it may write to
	view     string // where a copy-on-write view of what is beside it is mounted
	see      string // where what is beside it is mounted read-only
	mode     uint64 // of the program
	caps     bool   // the program file has capabilities
	policy   Policy
	needs    string // a program in the sandbox
	arch     string
	shell    bool
	terminal func(*Cmd) // instead of pipes
	pool     *Pool      // to take the sandbox from
	name     string
	source   []byte
}

// headers is the table of what may stand above the program.
var headers = map[string]func(*hostile, string) error{
	"case":    func(h *hostile, s string) error { h.cases = strings.Split(s, ", "); return nil },
	"want":    func(h *hostile, s string) error { h.want = s; return nil },
	"stdin":   func(h *hostile, s string) error { h.stdin = s; return nil },
	"arch":    func(h *hostile, s string) error { h.arch = s; return nil },
	"without": func(h *hostile, s string) error { h.without = strings.Fields(s); return nil },
	"layer":   func(h *hostile, s string) error { h.layers = strings.Fields(s); return nil },
	"limit":   func(h *hostile, s string) error { h.limit = s; return nil },
	"alone":   func(h *hostile, s string) error { h.why = s; return nil },
	"control": func(h *hostile, s string) error { h.control = s; return nil },
	"bare":    func(h *hostile, s string) error { h.bare, h.control = true, s; return nil },
	"since":   func(h *hostile, s string) error { h.since = s; return nil },
	"kept":    func(h *hostile, s string) error { h.kept = strings.Split(s, ", "); return nil },
	"out":     func(h *hostile, s string) error { h.out = s; return nil },
	"view":    func(h *hostile, s string) error { h.view = s; return nil },
	"see":     func(h *hostile, s string) error { h.see = s; return nil },
	"caps":    func(h *hostile, s string) error { h.caps = true; return nil },
	"needs":   func(h *hostile, s string) error { h.needs = s; return nil },
	"net":     func(h *hostile, s string) error { h.policy.Net = Net(s); return nil },
	"mode": func(h *hostile, s string) (err error) {
		h.mode, err = strconv.ParseUint(s, 8, 12)
		return err
	},
	"nested": func(h *hostile, s string) (err error) {
		h.policy.Nested, err = strconv.Atoi(s)
		return err
	},
	"terminal": func(h *hostile, s string) error {
		switch s {
		case "own":
			h.terminal = func(c *Cmd) { c.Terminal = &Terminal{} }
		case "lines":
			h.terminal = func(c *Cmd) { c.LineByLine = [2]int{80, 24} }
		default:
			return fmt.Errorf("no terminal %q", s)
		}
		return nil
	},
	"ptrace": func(h *hostile, s string) error { h.policy.Syscalls.Ptrace = s == "yes"; return nil },
	"processes": func(h *hostile, s string) (err error) {
		h.policy.Limits.Processes, err = strconv.Atoi(s)
		return err
	},
	"wall":     durationHeader(func(l *Limits) *time.Duration { return &l.Wall }),
	"cpu":      durationHeader(func(l *Limits) *time.Duration { return &l.CPU }),
	"memory":   bytesHeader(func(l *Limits) *int64 { return &l.Memory }),
	"output":   bytesHeader(func(l *Limits) *int64 { return &l.Output }),
	"tmp":      bytesHeader(func(l *Limits) *int64 { return &l.Tmp }),
	"filesize": bytesHeader(func(l *Limits) *int64 { return &l.FileSize }),
}

func bytesHeader(field func(*Limits) *int64) func(*hostile, string) error {
	return func(h *hostile, s string) (err error) {
		*field(&h.policy.Limits), err = strconv.ParseInt(s, 10, 64)
		return err
	}
}

func durationHeader(field func(*Limits) *time.Duration) func(*hostile, string) error {
	return func(h *hostile, s string) (err error) {
		*field(&h.policy.Limits), err = time.ParseDuration(s)
		return err
	}
}

// widened takes a limit away, as far as a program that ends by itself can tell.
var widened = map[string]func(*Policy){
	"wall":       func(p *Policy) { p.Limits.Wall = time.Minute },
	"cpu":        func(p *Policy) { p.Limits.CPU = -1 },
	"memory":     func(p *Policy) { p.Limits.Memory = -1 },
	"processes":  func(p *Policy) { p.Limits.Processes = -1 },
	"files":      func(p *Policy) { p.Limits.Files = 1000 },
	"filesize":   func(p *Policy) { p.Limits.FileSize = -1 },
	"tmp":        func(p *Policy) { p.Limits.Tmp = -1 },
	"inodes":     func(p *Policy) { p.Limits.Inodes = -1 },
	"output":     func(p *Policy) { p.Limits.Output = -1 },
	"namespaces": func(p *Policy) { p.Nested = 8 },
}

// hostileFiles lists the programs.
func hostileFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/hostile/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no hostile programs: %v", err)
	}
	return files
}

func readHostile(t *testing.T, file string) *hostile {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	h := &hostile{want: string(OK), name: strings.TrimSuffix(filepath.Base(file), ".txtar")}
	section := ""
	lines := strings.Split(strings.TrimSpace(string(archive.Comment)), "\n")
	for _, line := range lines[1:] { // the first says what it is about
		if text, ok := strings.CutPrefix(line, "| "); ok {
			switch section {
			case "stdout":
				h.stdout += text + "\n"
			case "broken":
				h.broken = append(h.broken, text)
			default:
				t.Fatalf("%s: output %q below %q", file, text, section)
			}
			continue
		}
		name, value, _ := strings.Cut(line, ":")
		if section = name; section == "stdout" || section == "broken" {
			continue
		}
		set := headers[section]
		if set == nil {
			t.Fatalf("%s: unknown header %q", file, section)
		}
		if err := set(h, strings.TrimSpace(value)); err != nil {
			t.Fatalf("%s: %s: %v", file, section, err)
		}
	}
	if err := h.check(); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	if len(archive.Files) != 1 {
		t.Fatalf("%s: %d files, want one", file, len(archive.Files))
	}
	h.shell = archive.Files[0].Name == "main.sh"
	h.source = archive.Files[0].Data
	return h
}

// check refuses a file that would show nothing.
func (h *hostile) check() error {
	stops := 0
	for _, is := range []bool{len(h.layers) > 0, h.limit != "", h.why != ""} {
		if is {
			stops++
		}
	}
	switch {
	case len(h.cases) == 0:
		return fmt.Errorf("no case")
	case stops != 1:
		return fmt.Errorf("want one of layer, limit and alone")
	case h.why == "" && len(h.broken) == 0:
		return fmt.Errorf("it does not say what the program does without what stops it")
	case h.limit != "" && widened[h.limit] == nil:
		return fmt.Errorf("unknown limit %q", h.limit)
	}
	for _, name := range h.layers {
		if measures[name] == nil {
			return fmt.Errorf("unknown layer %q", name)
		}
	}
	return nil
}
