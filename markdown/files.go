package markdown

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/yaml"
	"github.com/yuin/goldmark/ast"
)

// disk opens the files beneath a folder, for a Config without an opener. Relative paths start at the
// working directory of the process, as in the paths of slides.File.
type disk func() (*files.Root, error)

func newDisk(dir string) disk {
	return sync.OnceValues(func() (*files.Root, error) { return files.OpenRoot(dir, files.Policy{}) })
}

func (d disk) Read(path string, most int64) ([]byte, error) {
	root, path, err := d.find(path)
	if err != nil {
		return nil, err
	}
	return root.Read(path, most)
}

func (d disk) Stat(path string) (fs.FileInfo, error) {
	root, path, err := d.find(path)
	if err != nil {
		return nil, err
	}
	return root.Stat(path)
}

func (d disk) find(path string) (*files.Root, string, error) {
	root, err := d()
	path, errPath := filepath.Abs(path)
	return root, path, cmp.Or(err, errPath)
}

// reader opens files with a function that reads them, for a Config with nothing but ReadFile.
type reader func(path string) ([]byte, error)

func (r reader) Read(path string, _ int64) ([]byte, error) { return r(path) }

func (r reader) Stat(path string) (fs.FileInfo, error) {
	data, err := r(path)
	if err != nil {
		return nil, err
	}
	return plain{filepath.Base(path), len(data)}, nil
}

// plain is the fs.FileInfo of a file from a reader.
type plain struct {
	name string
	size int
}

func (p plain) Name() string     { return p.name }
func (p plain) Size() int64      { return int64(p.size) }
func (plain) Mode() fs.FileMode  { return 0o444 }
func (plain) ModTime() time.Time { return time.Time{} }
func (plain) IsDir() bool        { return false }
func (plain) Sys() any           { return nil }

// reason explains to the deck's author why a file could not be read, and says what to try.
func reason(err error) (why, hint string) {
	if h, ok := errors.AsType[interface {
		error
		Hint() string
	}](err); ok {
		return h.Error(), h.Hint()
	}
	hint = "the path is relative to this file"
	var path *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "no such file", hint
	case errors.Is(err, fs.ErrPermission):
		return "no permission to read it", hint
	case errors.As(err, &path):
		return path.Err.Error(), hint
	}
	return err.Error(), hint
}

// open returns the file that a deck names, relative to the file that is being parsed. The file
// becomes one of the deck's files even if it cannot be read: watch mode waits for it. Messages call
// the file label, and quote it if it is the deck's own Markdown.
func (b *builder) open(name, label string) *slides.File {
	path := b.path(name)
	b.touched = true
	if f, ok := b.files[path]; ok {
		return f
	}
	f := slides.NewFile(label, path, nil)
	f.Opener, f.Private = b.cfg.Files, !b.own(path)
	b.files[path] = f
	b.deck.Files = append(b.deck.Files, f)
	return f
}

// own reports whether a path names a Markdown file beneath the deck's folder.
func (b *builder) own(path string) bool {
	ext := strings.ToLower(filepath.Ext(path))
	return b.within(path) && (ext == ".md" || ext == ".markdown")
}

// within reports whether a path is beneath the deck's folder.
func (b *builder) within(path string) bool {
	root := b.root
	if abs, err := filepath.Abs(root); err == nil && filepath.IsAbs(path) {
		root = abs
	}
	rel, err := filepath.Rel(root, path)
	return err == nil && filepath.IsLocal(rel)
}

// refused removes a file outside of the deck's folder from the deck's files: changes to that file
// must not make slidexec parse the deck again, and so tell the deck of them. A link in the folder
// stays, because a file may replace it.
func (b *builder) refused(f *slides.File, err error) {
	if e, ok := errors.AsType[*files.Error](err); ok && e.Err == files.ErrOutside && !e.Link {
		b.deck.Files = slices.DeleteFunc(b.deck.Files, func(o *slides.File) bool { return o == f })
	}
}

// path returns the path of a file that the current file names.
func (b *builder) path(name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(b.src.dir, name)
}

// shown returns a file's name for messages. Like the deck's own name, it starts at the directory
// where the user named the deck.
func (b *builder) shown(name string) string {
	if filepath.IsAbs(name) || b.src.file.Name == "-" {
		return name
	}
	return filepath.Join(filepath.Dir(b.src.file.Name), name)
}

// read returns a file with its contents. It reads each file once.
func (b *builder) read(name string) (*slides.File, error) {
	if strings.IndexByte(name, 0) >= 0 || name == "" {
		return nil, errors.New("not a file name")
	}
	f := b.open(name, b.shown(name))
	if f.Src != nil {
		return f, nil
	}
	src, err := b.cfg.ReadFile(f.Path)
	if err != nil {
		b.refused(f, err)
		return f, err
	}
	if len(src) == 0 {
		src = []byte{}
	}
	read := slides.NewFile(f.Name, f.Path, lines(src))
	read.Opener, read.Private = f.Opener, f.Private
	*f = *read
	return f, nil
}

// envFile reads the variables of a +env file.
func (b *builder) envFile(f *fence) []string {
	at := f.wordOf("env")[0]
	at.Off += min(len("+env:"), at.End-at.Off)
	b.namesFile(at)
	file, err := b.read(f.env)
	if err != nil {
		why, hint := reason(err)
		b.failAt(at, fmt.Sprintf("environment file %q: %s", f.env, why), hint)
		return nil
	}
	if !b.spent.show(file, file.Lines(), len(file.Src)) {
		b.broke(at, budget.Shown)
		return nil
	}
	var env []string
	for n := range file.Lines() {
		line := file.Line(n + 1)
		if strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" {
			continue
		}
		line = strings.TrimSpace(line)
		if name, _, ok := strings.Cut(line, "="); !ok || name == "" || strings.IndexByte(line, 0) >= 0 {
			start := file.LineStart(n + 1)
			b.failAt(slides.Span{Pos: start, End: start.Off + len(line)}, "not a NAME=value line",
				fmt.Sprintf("used by +env at %s", at.Pos))
			continue
		}
		env = append(env, line)
	}
	return env
}

// fileBlock reads the block of a `file` fence. It returns the language and the lines of the file that
// the block names.
func (w walker) fileBlock(s *slides.Snippet, f *fence, n *ast.FencedCodeBlock) (string, []codeLine, bool) {
	y := w.fileYAML(n)
	v, err := y.Parse()
	var bad *yaml.Error
	if errors.As(err, &bad) {
		w.failAt(bad.At, "file block: "+bad.Msg, fileExample)
		return "", nil, false
	}
	if v.Kind != yaml.Map {
		w.failAt(f.langAt, "file block without path and language", fileExample)
		return "", nil, false
	}
	texts := map[string]yaml.Value{}
	for _, key := range []string{"path", "language"} {
		field := v.Field(key)
		if field == nil {
			w.failAt(f.langAt, fmt.Sprintf("file block without %s", key), fileExample)
			return "", nil, false
		}
		if _, err := field.Value.Scalar(); err != nil {
			w.failAt(field.Value.At, fmt.Sprintf("%s: %s", key, err), fileExample)
			return "", nil, false
		}
		texts[key] = field.Value
	}
	from, to, ok := w.bounds(v)
	if !ok {
		return "", nil, false
	}
	path := texts["path"]
	w.namesFile(path.At)
	file, err := w.read(path.Text)
	if err != nil {
		why, hint := reason(err)
		w.failAt(path.At, fmt.Sprintf("file %q: %s", path.Text, why), hint)
		return "", nil, false
	}
	first, last := externalRange(file, from, to)
	size := file.LineStart(last+1).Off - file.LineStart(first).Off
	if !w.spent.show(file, last-first+1, size) {
		w.broke(path.At, budget.Shown)
		return "", nil, false
	}
	s.External = file
	f.langAt = texts["language"].At
	return texts["language"].Text, externalLines(file, from, to), true
}

const fileExample = "a file block has lines such as path: demo.py and language: python, " +
	"and perhaps start_line and end_line"

// fileYAML returns the body of a file block as YAML.
func (b *builder) fileYAML(n *ast.FencedCodeBlock) yaml.Text {
	y := yaml.Text{File: b.src.file}
	var text strings.Builder
	for _, l := range b.codeLines(n.Lines()) {
		y.Lines, y.End = append(y.Lines, l.at.Off), l.at.Off+len(l.text)
		// YAML ends a line at a CR, so the lines after it would have wrong places.
		text.WriteString(strings.ReplaceAll(l.text, "\r", " ") + "\n")
	}
	if len(y.Lines) == 0 {
		y.Lines = []int{b.nodeStart(n)}
		y.End = y.Lines[0]
	}
	y.Text = text.String()
	return y
}

// bounds reads start_line and end_line; -1 stands for a missing one.
func (b *builder) bounds(v yaml.Value) (from, to int, ok bool) {
	bounds := map[string]int{"start_line": -1, "end_line": -1}
	for key := range bounds {
		f := v.Field(key)
		if f == nil || f.Value.Kind == yaml.Null {
			continue
		}
		n, err := f.Value.Int(0, math.MaxInt32)
		if err != nil {
			b.failAt(f.Value.At, fmt.Sprintf("%s: %s", key, err), fileExample)
			return 0, 0, false
		}
		bounds[key] = n
	}
	return bounds["start_line"], bounds["end_line"], true
}

// externalRange returns the first and the last line of a file between two bounds; a negative bound is
// missing.
func externalRange(f *slides.File, from, to int) (first, last int) {
	n := f.Lines()
	if n > 0 && f.Line(n) == "" {
		n--
	}
	if to < 0 || to > n {
		to = n
	}
	return max(from, 1), to
}

// externalLines returns lines of a file, 1-based and both ends included. If there is a bound, the last
// line has no line feed.
func externalLines(f *slides.File, from, to int) []codeLine {
	first, last := externalRange(f, from, to)
	var out []codeLine
	for i := first; i <= last; i++ {
		out = append(out, codeLine{text: f.Line(i), at: f.LineStart(i), last: i == last})
	}
	if k := len(out); k > 0 && from < 0 && to < 0 {
		out[k-1].last = last == f.Lines()
	}
	return out
}
