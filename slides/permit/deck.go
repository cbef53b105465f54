package permit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/slidexec/slidexec/internal/text"
)

// A Deck is the identity of a deck, independent of the names and links that lead to it. Everything
// about a deck goes by this one identity: remembered answers, the slidexec.yaml beside it, the
// folder at /work, its includes and pictures, and the trust between builds. If any two of these
// disagreed, one deck could get the permissions of another.
type Deck struct {
	// Name is the deck's name in messages, and a path to it: as it was named, or File if that was a
	// link, because the deck's other files are not beside the link.
	Name string
	File string // absolute, every link followed; "": the deck is not a file
	Dir  string // its folder, likewise; "": it has none
}

// FindDeck follows the name of a deck to the deck. Standard input, "-", and anything but a regular
// file, such as a pipe of a shell, have neither a file nor a folder. An error says that the deck
// does not exist, or cannot be reached.
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
	if abs == file { // the path has no links
		return d, nil
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(abs)); err != nil || filepath.Join(dir, filepath.Base(abs)) != file {
		d.Name = file
	}
	return d, nil
}
