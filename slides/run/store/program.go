package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Endings of the files beside a program.
const (
	noteEnding = ".note"
	lockEnding = ".lock" // held during the build
)

// Program is a compiled program that stays where it is until Release.
type Program struct {
	Path string
	Note []byte // the note kept with it
	held *os.File
}

// Release allows the program to be removed.
func (p *Program) Release() { _ = p.held.Close() }

// note is the file beside a program.
type note struct {
	Sum  string // SHA-256 of the program
	Note []byte
}

// Program returns a compiled program, if it is whole.
func (d *Domain) Program(key string) (*Program, bool) {
	if p, ok := d.program(key); ok {
		return p, true
	}
	if d.under != nil {
		return d.under.Program(key)
	}
	return nil, false
}

func (d *Domain) program(key string) (*Program, bool) {
	path := filepath.Join(d.dir, "bin", key)
	body, ok := readChecked(path + noteEnding)
	var n note
	if !ok || json.Unmarshal(body, &n) != nil {
		return nil, false
	}
	f, err := openOwn(path)
	if err != nil {
		return nil, false
	}
	// A process that removes the program holds the lock alone.
	if tryLock(f, false) != nil || !still(f, path) || !d.whole(f, n.Sum) {
		_ = f.Close()
		return nil, false
	}
	// The program itself keeps its times, because its checksum is found by them, see Sums.
	touch(path + noteEnding)
	return &Program{Path: path, Note: n.Note, held: f}, true
}

// whole reports whether a file has the checksum.
func (d *Domain) whole(f *os.File, want string) bool {
	var known *Sums
	if d.sums != nil {
		known = d.sums()
	}
	sum, err := known.Of(f)
	return err == nil && hex.EncodeToString(sum[:]) == want
}

// PutProgram copies a compiled program of at most so many bytes into the domain. Foreign code wrote
// the file, so it must be a plain one.
func (d *Domain) PutProgram(key string, src *os.File, noted []byte, most int64) (*Program, error) {
	// A file with holes claims any size, and would have that size after copying.
	if st, err := src.Stat(); err != nil || st.Size() > most {
		return nil, errors.Join(err, fmt.Errorf("take the compiled program: it is larger than %d bytes", most))
	}
	dst, err := os.CreateTemp(d.s.tmp, "bin-")
	if err != nil {
		return nil, fmt.Errorf("keep the compiled program: %w", err)
	}
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(dst, h), io.LimitReader(src, most+1))
	if err == nil && n > most {
		err = fmt.Errorf("it is larger than %d bytes", most)
	}
	// If root started us, the sandbox's user is not ours, and needs the rights to read and execute.
	err = errors.Join(err, dst.Chmod(0o755))
	p, err := d.placeProgram(key, dst, note{hex.EncodeToString(h.Sum(nil)), noted}, err)
	if err != nil {
		return nil, fmt.Errorf("keep the compiled program: %w", err)
	}
	d.s.grew(n)
	return p, nil
}

// placeProgram renames a program and its note to their names. If an older one is in use, its users
// keep the older file.
func (d *Domain) placeProgram(key string, dst *os.File, n note, err error) (*Program, error) {
	body, jsonErr := json.Marshal(n)
	path := filepath.Join(d.dir, "bin", key)
	if err = d.s.place(dst, path, errors.Join(err, jsonErr)); err != nil {
		return nil, err
	}
	if err := d.s.write(path+noteEnding, checked(body)); err != nil {
		return nil, err
	}
	p, ok := d.program(key)
	if !ok {
		return nil, errors.New("its content changed after it was built")
	}
	return p, nil
}
