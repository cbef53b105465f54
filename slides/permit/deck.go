package permit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/slidexec/slidexec/internal/text"
)

// A Deck is who a deck is, wherever and by whatever link it was named. Everything that is about a
// deck goes by this one identity: under which name answers are remembered, which slidexec.yaml is
// beside it, what is at /work, where its includes and pictures are found, whom its builds trust.
// Were any two of these to disagree, one deck could have what another was granted.
type Deck struct {
	// Name is what messages call it, and a path to it: as it was named, or File where that was a
	// link, since nothing else of the deck is beside a link.
	Name string
	File string // absolute, every link followed; "": it is no file of its own
	Dir  string // its folder, likewise; "": it has none
}

// FindDeck follows the name of a deck to the deck. Standard input, "-", and what is no regular file,
// such as a pipe of a shell, have neither a file nor a folder. The error is that there is no such
// thing, or that it cannot be reached.
func FindDeck(name string) (Deck, error) {
	if name == "-" || name == "" {
		return Deck{Name: name}, nil
	}
	info, err := os.Stat(name)
	if err != nil {
		return Deck{}, err
	}
	if info.IsDir() {
		return Deck{}, &fs.PathError{Op: "find the deck", Path: name, Err: errors.New("it is a folder")}
	}
	if !info.Mode().IsRegular() {
		return Deck{Name: name}, nil
	}
	abs, err := filepath.Abs(name)
	if err != nil {
		return Deck{}, err
	}
	file, err := filepath.EvalSymlinks(abs)
	if err != nil {
		return Deck{}, err
	}
	d := Deck{Name: name, File: file, Dir: filepath.Dir(file)}
	if now, err := os.Stat(file); err != nil || !os.SameFile(info, now) {
		return Deck{}, fmt.Errorf("find the deck: another file took the place of %s meanwhile", text.Name(name))
	}
	if abs == file { // no link leads there
		return d, nil
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(abs)); err != nil || filepath.Join(dir, filepath.Base(abs)) != file {
		d.Name = file
	}
	return d, nil
}
