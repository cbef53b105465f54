package slides

import (
	"bytes"
	"fmt"
	"io/fs"
	"sort"

	"github.com/slidexec/slidexec/internal/text"
)

// File is one source of a deck, with its name in messages. Include files, the files of `file`
// blocks, images and env files are Files too; if only the name matters, Src is nil.
type File struct {
	Name string // as shown to the author: relative to the folder where the deck was named
	Path string // the path on disk, "" for standard input
	Src  []byte

	Opener  Opener // reads the file if Src is nil; nil: nothing does
	Private bool   // messages quote none of its lines

	starts []int // offset of each line's first byte
}

// bom is the byte order mark, which some editors put before a text. It is not part of the text, nor
// of the first line.
const bom = "\xef\xbb\xbf"

// NewFile indexes the lines of src.
func NewFile(name, path string, src []byte) *File {
	f := &File{Name: name, Path: path, Src: src, starts: make([]int, 1, 1+bytes.Count(src, []byte{'\n'}))}
	for at := 0; len(f.starts) < cap(f.starts); {
		at += bytes.IndexByte(src[at:], '\n') + 1
		f.starts = append(f.starts, at)
	}
	if bytes.HasPrefix(src, []byte(bom)) {
		f.starts[0] = len(bom)
	}
	return f
}

// Line returns the text of a 1-based line without its line ending.
func (f *File) Line(n int) string { return string(f.line(n)) }

// line is Line without a copy.
func (f *File) line(n int) []byte {
	if f == nil || n < 1 || n > len(f.starts) {
		return nil
	}
	end := len(f.Src)
	if n < len(f.starts) {
		end = f.starts[n] - 1
	}
	return bytes.TrimSuffix(f.Src[f.starts[n-1]:end], []byte("\r"))
}

// Lines returns the number of lines; a file that ends in a newline has an empty last line.
func (f *File) Lines() int { return len(f.starts) }

// LineStart returns the position of the first byte of a 1-based line, clamped to the file.
func (f *File) LineStart(n int) Pos {
	n = min(max(n, 1), len(f.starts))
	return Pos{File: f, Off: f.starts[n-1]}
}

// Pos is a place in a source file. The zero Pos is no place.
type Pos struct {
	File *File
	Off  int // bytes
}

// IsValid reports whether p is a place in a file.
func (p Pos) IsValid() bool { return p.File != nil }

// Line returns the 1-based line, 0 for no place.
func (p Pos) Line() int {
	if p.File == nil {
		return 0
	}
	return max(1, sort.Search(len(p.File.starts), func(i int) bool { return p.File.starts[i] > p.Off }))
}

// Col returns the 1-based column in bytes, 0 for no place.
func (p Pos) Col() int {
	if p.File == nil {
		return 0
	}
	return max(p.Off-p.File.starts[p.Line()-1], 0) + 1 // a byte order mark has no column
}

// String returns "deck.md:12:3" as one line of text, whatever the file's name.
func (p Pos) String() string {
	if p.File == nil {
		return "-"
	}
	return fmt.Sprintf("%s:%d:%d", text.Line(p.File.Name), p.Line(), p.Col())
}

// Before orders positions of one file by offset; positions of different files have no order.
func (p Pos) Before(q Pos) bool { return p.File == q.File && p.Off < q.Off }

// Span is a stretch of source: from Pos to End, which is an offset in the same file.
type Span struct {
	Pos
	End int
}

// Text returns the source text of the span.
func (s Span) Text() string {
	if s.File == nil || s.Off > s.End || s.End > len(s.File.Src) {
		return ""
	}
	return string(s.File.Src[s.Off:s.End])
}

// Opener opens the files that a deck names, and no others: a deck reaches only files that its
// reader may see. Paths are those of Files. Several goroutines may use it at once.
type Opener interface {
	// Read returns the bytes of a file, at most most.
	Read(path string, most int64) ([]byte, error)
	// Stat describes the file that Read would read.
	Stat(path string) (fs.FileInfo, error)
}

// Read returns the file's content, at most most bytes: the deck's copy, or else the present
// content.
func (f *File) Read(most int64) ([]byte, error) {
	switch {
	case f.Src != nil:
		return f.Src, nil
	case f.Opener == nil || f.Path == "":
		return nil, fs.ErrNotExist
	}
	return f.Opener.Read(f.Path, most)
}

// Stat describes the file that Read would read, if the deck has no copy of it.
func (f *File) Stat() (fs.FileInfo, error) {
	if f.Opener == nil || f.Path == "" {
		return nil, fs.ErrNotExist
	}
	return f.Opener.Stat(f.Path)
}
