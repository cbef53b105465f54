package run

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slidexec/slidexec/internal/pattern"
	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/lang"
	"github.com/slidexec/slidexec/slides/toolchain"
)

// boxDir holds the program. It is the same in every run, because compilers that keep files by path
// must find them again.
const boxDir = "/box"

// runLimits are those of programs.
var runLimits = sandbox.DefaultLimits()

// buildLimits are those of compilers: they are foreign code too, but have more work to do.
var buildLimits = sandbox.Limits{
	Wall: 5 * time.Minute, CPU: 5 * time.Minute, Memory: 4 << 30, Processes: 512,
	Files: 4096, FileSize: 1 << 30, Tmp: 2 << 30, Inodes: 200_000, Output: 1 << 20,
}

// withDefaults fills the zero fields of limits.
func withDefaults(l, d sandbox.Limits) sandbox.Limits {
	if l.Wall == 0 {
		l.Wall = d.Wall
	}
	if l.CPU == 0 {
		// A program may compute for as long as it may run.
		l.CPU = max(d.CPU, l.Wall)
	}
	for _, f := range []struct{ value, fallback *int64 }{
		{&l.Memory, &d.Memory}, {&l.FileSize, &d.FileSize}, {&l.Tmp, &d.Tmp}, {&l.Inodes, &d.Inodes}, {&l.Output, &d.Output},
	} {
		if *f.value == 0 {
			*f.value = *f.fallback
		}
	}
	if l.Processes == 0 {
		l.Processes = d.Processes
	}
	if l.Files == 0 {
		l.Files = d.Files
	}
	return l
}

// plan says how a snippet will be run: its language with every command found.
type plan struct {
	lang  lang.Language
	steps [][]string       // lang.Steps with the commands' paths in the sandbox
	tools []toolchain.Tool // of the steps, of their needs, and of commands that a shell script names
}

// compiles reports whether there are steps before the program's own.
func (p plan) compiles() bool { return p.lang.Builder != lang.PlainSteps || len(p.steps) > 1 }

// mounts are the tools' installations, each once.
func (p plan) mounts() []sandbox.Mount {
	var out []sandbox.Mount
	for _, t := range p.tools {
		for _, m := range t.Mounts {
			if !slices.ContainsFunc(out, func(o sandbox.Mount) bool { return o.Dst == m.Dst }) {
				out = append(out, m)
			}
		}
	}
	return out
}

// plan finds a snippet's language and commands, or returns a result that says which is missing.
func (r *Runner) plan(s *slides.Snippet, sc scene) (plan, *slides.Result) {
	if s.Exec.Mode == slides.ModeRender {
		return r.planDrawing(s, sc)
	}
	lang, problem := r.languageOf(s)
	if problem != nil {
		return plan{}, problem
	}
	return r.planned(lang, s, sc)
}

// planned finds the commands of a language.
func (r *Runner) planned(lang lang.Language, s *slides.Snippet, sc scene) (plan, *slides.Result) {
	p := plan{lang: lang}
	for _, step := range lang.Steps {
		argv := slices.Clone(step)
		if !strings.HasPrefix(step[0], "$") {
			t, err := sc.tool(r.find, step[0])
			if err != nil {
				return p, missing(lang.Name, step[0], err)
			}
			p.tools = append(p.tools, t)
			argv[0] = t.Path
		}
		p.steps = append(p.steps, argv)
	}
	for _, need := range lang.Needs {
		t, err := sc.tool(r.find, need)
		if err != nil {
			return p, missing(lang.Name, need, err)
		}
		p.tools = append(p.tools, t)
	}
	for _, name := range mentioned(s, lang) {
		if t, err := sc.tool(r.find, name); err == nil {
			p.tools = append(p.tools, t)
		}
	}
	return p, nil
}

// languageOf looks up the language and executor of a snippet.
func (r *Runner) languageOf(s *slides.Snippet) (lang.Language, *slides.Result) {
	l, ok := r.o.language(s.Lang)
	if !ok || !l.Runs() {
		res := notRun(slides.SetupFailed, fmt.Sprintf("slidexec cannot run %q", s.Lang), lang.Suggest(s.Lang))
		return l, &res
	}
	own, ok := l.With(s.Exec.Executor)
	if !ok {
		hint := l.Name + " has one way to run only: leave the executor out"
		if len(l.Executors) > 0 {
			hint = text.Suggest(s.Exec.Executor, "executors of "+l.Name+": ", l.ExecutorNames())
		}
		res := notRun(slides.SetupFailed, fmt.Sprintf("%[2]s has no executor %[1]q", s.Exec.Executor, l.Name), hint)
		return l, &res
	}
	return own, nil
}

// missing is the result of a snippet whose tool was not found.
func missing(language, names string, err error) *slides.Result {
	candidates := strings.Split(names, "|")
	reason := fmt.Sprintf("%s cannot run: %v", language, err)
	if e, ok := errors.AsType[*toolchain.NotFoundError](err); ok && e.Shim == "" {
		reason = fmt.Sprintf("%s cannot run: no %s in PATH", language, strings.Join(candidates, " or "))
		if strings.HasPrefix(candidates[0], language) {
			reason = fmt.Sprintf("%s is not installed: no %s in PATH", language, strings.Join(candidates, " or "))
		}
	}
	res := notRun(slides.SetupFailed, reason, howToGet(candidates[0], err))
	return &res
}

// managed says what to do with a version manager that has no version to run.
var managed = map[string]string{"rustup": "give rustup a toolchain: rustup default stable"}

// howToGet says how to get a command that was not found.
func howToGet(command string, err error) string {
	if e, ok := errors.AsType[*toolchain.NotFoundError](err); ok && managed[e.Shim] != "" {
		return managed[e.Shim]
	}
	return lang.Install(command)
}

// shells are languages whose programs start other programs.
var shells = []string{"bash", "sh", "zsh", "fish", "nushell"}

var word = pattern.New(`[A-Za-z][A-Za-z0-9]*`)

// mentioned returns the toolchains that a shell script names: it may start them, and toolchains of
// version managers are not among the system's programs.
func mentioned(s *slides.Snippet, l lang.Language) []string {
	if !slices.Contains(shells, l.Name) {
		return nil
	}
	words := word().FindAllString(s.Code, -1)
	var out []string
	for _, name := range toolchain.Commands() {
		if slices.Contains(words, name) {
			out = append(out, name)
		}
	}
	return out
}
