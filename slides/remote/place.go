package remote

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slidexec/slidexec/internal/text"
)

// The socket of a talk is in a folder that only the user can enter: slidexec in XDG_RUNTIME_DIR, or
// slidexec-UID in /tmp. Hosts use the first one that works; guests look into both, because one of two
// terminals may not have the variable. Its name is made of the deck and the host's process.

const (
	ending  = ".socket"
	longest = 100 // bytes of a socket's path; the kernel allows 103 or 107
)

// Talks is the way to the sockets of talks. The zero Talks uses the usual folders.
type Talks struct{ folders []string }

// dirs returns the folders that sockets may be in, the best one first.
func (t Talks) dirs() []string {
	if t.folders != nil {
		return t.folders
	}
	var out []string
	if d := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(d) {
		out = append(out, filepath.Join(d, "slidexec"))
	}
	return append(out, filepath.Join("/tmp", "slidexec-"+strconv.Itoa(os.Getuid())))
}

// private makes sure that a folder exists and that only this user can enter it.
func private(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return trusted(dir)
}

// trusted reports why a folder cannot be trusted with sockets.
func trusted(dir string) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() || !owned(info) || info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s is not a folder that only you can enter; remove it", text.Name(dir))
	}
	return nil
}

// name returns the beginning of the names of a deck's sockets. deck is the path that identifies it.
func name(deck string) string {
	sum := sha256.Sum256([]byte(deck))
	return hex.EncodeToString(sum[:8]) + "-"
}

// place returns a folder for a new socket and the socket's path in it.
func (t Talks) place(deck string) (dir, path string, err error) {
	for _, dir = range t.dirs() {
		path = filepath.Join(dir, name(deck)+strconv.Itoa(os.Getpid())+ending)
		if err = private(dir); err == nil && len(path) > longest {
			err = fmt.Errorf("the path %s is too long for a socket", text.Name(dir))
		}
		if err == nil {
			return dir, path, nil
		}
	}
	return "", "", err
}

// Found is the socket of a talk.
type Found struct {
	Process int       // of the host
	Since   time.Time // when the talk began
	path    string
}

// Find returns the talks of a deck, the latest one first. Some of them may have ended.
func (t Talks) Find(deck string) []Found { return t.find(name(deck)) }

// find returns the talks whose sockets have names that begin so.
func (t Talks) find(beginning string) []Found {
	var out []Found
	for _, dir := range t.dirs() {
		if trusted(dir) != nil {
			continue // nobody has talked yet, or somebody else's sockets are there
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, e := range entries {
			base, ok := strings.CutSuffix(e.Name(), ending)
			process, err := strconv.Atoi(base[strings.LastIndexByte(base, '-')+1:])
			info, infoErr := e.Info()
			if !ok || !strings.HasPrefix(base, beginning) || err != nil || infoErr != nil || info.Mode()&fs.ModeSocket == 0 {
				continue
			}
			out = append(out, Found{process, info.ModTime(), filepath.Join(dir, e.Name())})
		}
	}
	slices.SortStableFunc(out, func(a, b Found) int { return b.Since.Compare(a.Since) })
	return out
}

// ErrEnded says that the host of a talk has gone.
var ErrEnded = errors.New("the talk has ended")

// dial connects to a talk. It removes the socket of a host that was killed.
func (f Found) dial() (net.Conn, error) {
	c, err := net.DialTimeout("unix", f.path, patience)
	if refused(err) {
		_ = os.Remove(f.path) // else the next one tries
		return nil, ErrEnded
	}
	if err != nil {
		return nil, err
	}
	if err := sameUser(c); err != nil {
		_ = c.Close() // nothing was sent
		return nil, err
	}
	return c, nil
}

// listen makes the socket of a deck's talk. It removes those of hosts that were killed, of any deck: nobody
// else may ever talk about that one again.
func (t Talks) listen(deck string) (*net.UnixListener, string, error) {
	for _, f := range t.find("") {
		if c, err := f.dial(); err == nil {
			_ = c.Close()
		}
	}
	_, path, err := t.place(deck)
	if err != nil {
		return nil, "", err
	}
	// Under its name, the socket appears only once it can be connected to: others remove sockets that
	// cannot.
	fresh := strings.TrimSuffix(path, ending)
	_ = os.Remove(fresh) // of an earlier process with this number
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: fresh, Net: "unix"})
	if err != nil {
		return nil, "", err
	}
	l.SetUnlinkOnClose(false)
	if err := errors.Join(os.Chmod(fresh, 0o600), os.Rename(fresh, path)); err != nil {
		_ = l.Close()
		return nil, "", err
	}
	return l, path, nil
}
