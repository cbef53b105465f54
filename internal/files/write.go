package files

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"github.com/slidexec/slidexec/internal/text"
)

// Writing: slidexec writes every file through a Target, its own and the user's. So one place decides
// where a name may lead, and what a reader can see during a write.
//
// A Target walks a name component by component (write_place_unix.go), because a deck's folder may
// bring links along: a link talk.html may lead to ~/.bashrc, a link out to the home directory. A link
// may not lead out of its folder. Links above that folder, such as /var/www, are the user's own, and
// the walk follows them. A user who means the other end of a link can name that file.
//
// A Target replaces a file at once (write_replace_unix.go): a reader sees the old content or the new
// one, and a crash leaves nothing. If the system refuses that, as for a file mounted into a container
// or a file in another user's folder, the Target overwrites the file (write_inplace_unix.go).

// Target is a file to be written. Only Name is needed.
type Target struct {
	Name    string      // as the user gave it, relative to the working directory
	Perm    fs.FileMode // of a new file, before the umask; 0 stands for 0o666
	Brought []string    // folders that a stranger may have filled: no link may lead out of them
	Parts   []Part      // files that must not change, such as those that the deck is made of
}

// Part is a file that must not be overwritten. It need not exist.
type Part struct {
	Path string
	Is   string // its description in messages: "part of the deck"
}

// Write replaces the content of the file called name by data. If the file is new, it gets perm less
// the umask. Write is [Target.Write] for files of our own.
func Write(name string, data []byte, perm fs.FileMode) error {
	return Target{Name: name, Perm: perm}.Write(data)
}

// Check returns the error that Write would return for the place of the file, as far as it can know
// without writing: a [*Refused] or a [*WriteError].
func (t Target) Check() error {
	p, err := t.find()
	if err != nil {
		return err
	}
	p.close()
	return nil
}

// Write writes all of data or leaves the file as it was. An existing file keeps its permissions. Write
// never replaces a pipe, a terminal or another character device, or a descriptor of this process such
// as /dev/stdout: it writes into it. Errors are a [*Refused] or a [*WriteError].
func (t Target) Write(data []byte) error {
	p, err := t.find()
	if err != nil {
		return err
	}
	defer p.close()
	if p.stream() {
		return t.failed(p.pour(data))
	}
	err = p.replace(data, t.Perm)
	if p.there && lockedFolder(err) {
		err = p.overwrite(data)
	}
	return t.failed(err)
}

// Path returns the real path of the file, even if the file does not exist yet.
func (t Target) Path() (string, error) {
	p, err := t.find()
	if err != nil {
		return "", err
	}
	defer p.close()
	return p.path(), nil
}

// Holds reports whether the file has exactly the content data. If the file cannot be read again, such
// as a pipe, known is false.
func (t Target) Holds(data []byte) (same, known bool) {
	p, err := t.find()
	if err != nil {
		return false, true
	}
	defer p.close()
	if p.stream() {
		return false, false
	}
	return p.holds(data), true
}

// lockedFolder reports whether a file could not be replaced because of its folder or of a mount on
// it. The file itself may be writable.
func lockedFolder(err error) bool {
	for _, no := range []error{syscall.EACCES, syscall.EPERM, syscall.EROFS, syscall.EBUSY, syscall.EXDEV} {
		if errors.Is(err, no) {
			return true
		}
	}
	return false
}

// Refused says why slidexec does not write a file although the system would allow it, and what to do.
type Refused struct {
	Name string // as the user gave it
	Why  string // continues the sentence after the name
}

func (r *Refused) Error() string { return text.Name(r.Name) + " " + r.Why }

func (t Target) refuse(format string, args ...any) error {
	return &Refused{Name: t.Name, Why: fmt.Sprintf(format, args...)}
}

// WriteError is an error of the system during a write. The file is as it was unless Torn says
// otherwise.
type WriteError struct {
	Name string
	Err  error
	Torn bool // the file has some of the new content, and the old content could not be restored
}

func (e *WriteError) Unwrap() error { return e.Err }

// reasons explains errors of a system. The first match applies.
var reasons = []struct {
	err   error
	words string
}{
	{syscall.ENOSPC, "there is no space left on the disk"},
	{syscall.EDQUOT, "the disk quota is used up"},
	{syscall.EFBIG, "the file would be larger than this user or file system may have"},
	{syscall.EROFS, "the file system is read-only"},
	{syscall.EACCES, "this user may not write there"},
	{syscall.EPERM, "this user may not write there"},
	{syscall.ENAMETOOLONG, "the name is too long"},
	{syscall.ELOOP, "its links lead in a circle"},
	{syscall.EPIPE, "the reader closed the other end"},
	{syscall.EIO, "the disk reports an error"},
	{syscall.EBADF, "slidexec did not get it open for writing"},
}

func (e *WriteError) Error() string {
	why := e.Err.Error()
	for _, r := range reasons {
		if errors.Is(e.Err, r.err) {
			why = r.words
			break
		}
	}
	if e.Torn {
		why += "; the old content could not be put back, so the file is incomplete"
	}
	return fmt.Sprintf("cannot write %s: %s", text.Name(e.Name), why)
}

// failed makes a *WriteError from an error of the system.
func (t Target) failed(err error) error {
	var refused *Refused
	var known *WriteError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refused):
		refused.Name = t.Name
		return refused
	case errors.As(err, &known):
		known.Name = t.Name
		return known
	}
	return &WriteError{Name: t.Name, Err: err}
}
