package markdown

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/lang"
)

// resolve merges the attributes of a fence into one mode and reports combinations that make no
// sense. The block keeps its valid attributes.
func (b *builder) resolve(f *fence, s *slides.Snippet, l lang.Language) {
	s.Exec, s.Show, s.ID = f.exec, f.show, f.id
	s.Exec.Mode = b.mode(f, s.Lang)
	s.Exec.Auto = s.Exec.Auto && !s.Exec.Standby
	b.checkRender(f, s, l)
	if f.hasID {
		b.checkID(f, s)
	}
	if s.Exec.Mode == slides.NotExecutable || s.Exec.Mode == slides.ModeRender {
		return
	}
	b.checkLanguage(f, s, l)
}

// mode returns the representation that the attributes ask for, or plain output.
func (b *builder) mode(f *fence, lang string) slides.Mode {
	if slices.Contains(b.opts.AutoRenderLanguages, lang) {
		f.run = false
		return slides.ModeRender
	}
	mode := slides.NotExecutable
	for i, m := range f.modes {
		if i == 0 {
			mode = m
			continue
		}
		at := f.wordOf("image", "exec_replace", "acquire_terminal", "render")
		b.failAt(at[1], "only one of +image, +exec_replace, +acquire_terminal and +render can be used",
			"remove one of them")
		break
	}
	switch {
	case mode == slides.ModeRender && f.run && len(f.modes) == 1:
		b.failAt(f.wordOf("exec", "auto_exec", "pty")[0], "+render draws the code and cannot run it too",
			"remove one of them")
	case mode != slides.NotExecutable:
	case f.exec.Pty:
		mode = slides.ModePty
	case f.run:
		mode = slides.ModeExec
	case f.has("validate"):
		mode = slides.ModeValidate
	}
	if mode == slides.ModeImage && f.exec.Pty {
		b.failAt(f.wordOf("pty")[0], "+pty cannot be used with +image", "remove one of them")
	}
	return mode
}

// wordOf returns the places of the attributes with these names, in the order of the fence.
func (f *fence) wordOf(names ...string) []slides.Span {
	var out []slides.Span
	for _, w := range f.words {
		if slices.Contains(names, w.name) {
			out = append(out, w.at)
		}
	}
	return append(out, f.langAt, f.langAt)
}

func (f *fence) has(name string) bool {
	return slices.ContainsFunc(f.words, func(w word) bool { return w.name == name })
}

func (b *builder) checkRender(f *fence, s *slides.Snippet, l lang.Language) {
	if s.Exec.Mode != slides.ModeRender && f.has("width") {
		b.failAt(f.wordOf("width")[0], "+width is for +render blocks only", "remove it, or add +render")
	}
	if s.Exec.Mode != slides.ModeRender {
		return
	}
	s.Exec.Auto = true
	if !l.Draws() {
		b.failAt(f.wordOf("render")[0], fmt.Sprintf("language %q cannot be rendered", s.Lang),
			"languages: "+strings.Join(lang.DrawnNames(), ", "))
		s.Exec = slides.Exec{}
	}
}

// checkID refuses ids on blocks whose output is not text: a placeholder could not show it. The id
// still counts, so that placeholders for it do not fail as well.
func (b *builder) checkID(f *fence, s *slides.Snippet) {
	at := f.wordOf("id")[0]
	if i := strings.Index(at.Text(), "+id:"); i >= 0 {
		at.Off += i + len("+id:")
	}
	b.named = append(b.named, named{s, b.idPlace(at)})
	switch m := s.Exec.Mode; {
	case m == slides.NotExecutable:
		b.failAt(at, "+id on a block that is not executed", "add +exec")
	case m != slides.ModeExec && m != slides.ModePty:
		b.failAt(at, fmt.Sprintf("+id cannot be used with +%s", modeWord(m)), "use +exec, or remove the id")
	}
}

// modeWord returns the attribute that stands for a mode.
func modeWord(m slides.Mode) string {
	words := map[slides.Mode]string{slides.ModeReplace: "exec_replace", slides.ModeTerminal: "acquire_terminal"}
	if w, ok := words[m]; ok {
		return w
	}
	return string(m)
}

// checkLanguage refuses to run a language without a known executor.
func (b *builder) checkLanguage(f *fence, s *slides.Snippet, l lang.Language) {
	switch {
	case s.Lang == "":
		b.failAt(f.langAt, "no language to run the block in", "as in ```bash +exec")
	case !l.Runs():
		b.failAt(f.langAt, fmt.Sprintf("no way to run language %q", s.Word), lang.Suggest(s.Lang))
	case s.Exec.Executor != "" && !slices.Contains(l.ExecutorNames(), s.Exec.Executor):
		b.failAt(b.executorAt(f, s.Exec.Executor), fmt.Sprintf("%s has no executor %q", l.Name, s.Exec.Executor),
			executorHint(l, s.Exec.Executor))
	default:
		return
	}
	s.Exec = slides.Exec{}
}

func executorHint(l lang.Language, name string) string {
	if len(l.Executors) == 0 {
		return "remove the executor; " + l.Name + " has no others"
	}
	return text.Suggest(name, "executors of "+l.Name+": ", l.ExecutorNames())
}

// executorAt returns the place of the attribute that named the executor.
func (b *builder) executorAt(f *fence, name string) slides.Span {
	for _, w := range f.words {
		if _, value, ok := strings.Cut(w.text, ":"); ok && value == name && w.name != "id" {
			w.at.Off += len(w.text) - len(value)
			w.at.Off = min(w.at.Off, w.at.End)
			return w.at
		}
	}
	return f.langAt
}
