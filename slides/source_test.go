package slides

import (
	"errors"
	"io/fs"
	"testing"
)

// A byte order mark is no part of a text: not of its first line, and not of its columns.
func TestByteOrderMark(t *testing.T) {
	f := NewFile("a.env", "", []byte("\ufeffA=1\nB=2\n"))
	if f.Line(1) != "A=1" || f.Line(2) != "B=2" || f.LineStart(1).Off != 3 {
		t.Errorf("lines %q and %q, the first at %d", f.Line(1), f.Line(2), f.LineStart(1).Off)
	}
	for off, want := range map[int]string{0: "a.env:1:1", 2: "a.env:1:1", 3: "a.env:1:1", 4: "a.env:1:2", 7: "a.env:2:1"} {
		if got := (Pos{f, off}).String(); got != want {
			t.Errorf("offset %d is %s, want %s", off, got, want)
		}
	}
	if only := NewFile("x", "", []byte("\ufeff")); only.Line(1) != "" || only.Lines() != 1 {
		t.Errorf("%d lines, the first %q", only.Lines(), only.Line(1))
	}
}

func TestPrivateFilesAreNotQuoted(t *testing.T) {
	f := NewFile("a.env", "", []byte("TOKEN\n"))
	d := Diag{Pos: Pos{f, 0}, Len: 5, Msg: "not a NAME=value line"}
	if d.Excerpt() == "" {
		t.Error("no excerpt of a file that may be quoted")
	}
	if f.Private = true; d.Excerpt() != "" {
		t.Errorf("excerpt of a private file:\n%s", d.Excerpt())
	}
}

// shelf opens one file.
type shelf struct{}

func (shelf) Read(path string, most int64) ([]byte, error) {
	if path != "a" || most != 7 {
		return nil, fs.ErrPermission
	}
	return []byte("text"), nil
}

func (shelf) Stat(string) (fs.FileInfo, error) { return nil, fs.ErrPermission }

func TestFileRead(t *testing.T) {
	for _, tt := range []struct {
		name string
		file File
		want string
		err  error
	}{
		{"had", File{Path: "b", Src: []byte("had"), Opener: shelf{}}, "had", nil},
		{"opened", File{Path: "a", Opener: shelf{}}, "text", nil},
		{"refused", File{Path: "b", Opener: shelf{}}, "", fs.ErrPermission},
		{"without an opener", File{Path: "/etc/passwd"}, "", fs.ErrNotExist},
		{"without a path", File{Opener: shelf{}}, "", fs.ErrNotExist},
	} {
		if got, err := tt.file.Read(7); string(got) != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%s: Read = %q, %v, want %q, %v", tt.name, got, err, tt.want, tt.err)
		}
	}
	if _, err := (&File{Path: "/etc/passwd"}).Stat(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Stat without an opener = %v", err)
	}
}
