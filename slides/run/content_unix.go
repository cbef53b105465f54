//go:build unix

package run

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/slides/run/store"
)

// counter searches a tree. It opens everything relative to the present directory, and opens no
// link, pipe or device, so that nothing leads it elsewhere or blocks it.
type counter struct {
	sums   *store.Sums
	rules  *folder // nil: everything counts
	files  atomic.Int64
	bytes  atomic.Int64 // bytes that it had to read
	tokens chan struct{}

	mu      sync.Mutex
	asides  []aside
	folders []string
	err     error
}

// census searches the tree at a path.
func census(path string, sums *store.Sums, rules *folder) *content {
	c := &counter{sums: sums, rules: rules, tokens: make(chan struct{}, runtime.GOMAXPROCS(0)-1)}
	dir, name := filepath.Split(path)
	fd, err := unix.Open(cmp.Or(dir, "."), unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return &content{err: err}
	}
	defer unix.Close(fd)
	e := thing{name: cmp.Or(name, ".")}
	c.look(fd, path, &e, 0)
	if c.err != nil {
		return &content{err: c.err}
	}
	slices.SortFunc(c.asides, func(a, b aside) int { return strings.Compare(a.path, b.path) })
	slices.SortFunc(c.folders, func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.Count(a, "/"), strings.Count(b, "/")), strings.Compare(a, b))
	})
	sum := sha256.Sum256(e.record(nil))
	return &content{sum: hex.EncodeToString(sum[:20]), asides: c.asides, folders: c.folders}
}

// thing is an entry of a directory, with everything that programs can see of it.
type thing struct {
	name string
	mode uint32
	sum  store.Sum // of the content; for a directory, of its entries
	link string
	left bool // the entry does not count
}

// record appends the entry to b.
func (e *thing) record(b []byte) []byte {
	for _, s := range []string{e.name, e.link} {
		b = binary.LittleEndian.AppendUint64(b, uint64(len(s)))
		b = append(b, s...)
	}
	b = binary.LittleEndian.AppendUint32(b, e.mode)
	return append(b, e.sum[:]...)
}

// fail ends the walk.
func (c *counter) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = err
	}
	c.files.Store(mostFiles + 1)
}

// directory records the entries of an open directory and closes it.
func (c *counter) directory(fd int, path string, depth int) store.Sum {
	dir := os.NewFile(uintptr(fd), path)
	defer dir.Close()
	c.mu.Lock()
	c.folders = append(c.folders, path)
	c.mu.Unlock()
	names, err := dir.Readdirnames(-1)
	if err != nil && len(names) == 0 && !errors.Is(err, io.EOF) {
		return unreadable
	}
	slices.Sort(names)
	entries := make([]thing, len(names))
	var others sync.WaitGroup
	const share = 200 // entries are worth another processor
	for from := 0; from < len(names); from += share {
		part := entries[from:min(from+share, len(names))]
		for i := range part {
			part[i].name = names[from+i]
		}
		look := func() {
			for i := range part {
				c.look(int(dir.Fd()), path+"/"+part[i].name, &part[i], depth)
			}
		}
		if from+share >= len(names) {
			look()
			break
		}
		c.share(&others, look)
	}
	others.Wait()
	h := make([]byte, 0, len(entries)*96)
	for i := range entries {
		if !entries[i].left {
			h = entries[i].record(h)
		}
	}
	return sha256.Sum256(h)
}

// share does work on another processor if one is free.
func (c *counter) share(others *sync.WaitGroup, do func()) {
	select {
	case c.tokens <- struct{}{}:
		others.Go(func() {
			do()
			<-c.tokens
		})
	default:
		do()
	}
}

// unreadable stands for the content of a file that we may not read: programs cannot read it either.
var unreadable = store.Sum{1}

// look fills an entry in. path is for rules and messages that need the entry's name.
func (c *counter) look(at int, path string, e *thing, depth int) {
	var st unix.Stat_t
	if c.files.Load() > mostFiles || unix.Fstatat(at, e.name, &st, unix.AT_SYMLINK_NOFOLLOW) != nil {
		e.left = true // too many entries, or it is gone
		return
	}
	kind := uint32(st.Mode) & unix.S_IFMT //nolint:unconvert // 16 bits elsewhere
	e.mode = uint32(st.Mode)              //nolint:unconvert
	if c.aside(path, e.name, kind == unix.S_IFDIR) {
		e.left = true
		return
	}
	if c.files.Add(1) > mostFiles {
		c.fail(errTooMuch)
		return
	}
	switch kind {
	case unix.S_IFREG:
		e.sum = c.file(at, e.name, &st)
	case unix.S_IFLNK:
		b := make([]byte, st.Size+256)
		if n, err := unix.Readlinkat(at, e.name, b); err == nil {
			e.link = string(b[:n])
		}
	case unix.S_IFDIR:
		if depth >= mostDepth {
			c.fail(errTooMuch)
			return
		}
		fd, err := unix.Openat(at, e.name, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
		if err != nil {
			e.sum = unreadable
			return
		}
		e.sum = c.directory(fd, path, depth+1)
	}
}

// aside notes an entry that stands aside, and reports whether to leave it out.
func (c *counter) aside(path, name string, dir bool) bool {
	if c.rules == nil || path == c.rules.dir {
		return false
	}
	if dir && slices.Contains(c.rules.ignore, path) {
		return true // our own cache, which no program sees
	}
	a, ok := c.rules.asideOf(path, name, dir)
	if ok {
		c.mu.Lock()
		c.asides = append(c.asides, a)
		c.mu.Unlock()
	}
	return ok
}

// file returns the sum of a file's content.
func (c *counter) file(at int, name string, st *unix.Stat_t) store.Sum {
	if sum, ok := c.sums.Known(store.StatOf(st)); ok {
		return sum
	}
	if c.bytes.Add(st.Size) > mostBytes {
		c.fail(errTooMuch)
		return store.Sum{}
	}
	fd, err := unix.Openat(at, name, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		return unreadable
	}
	f := os.NewFile(uintptr(fd), name)
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return unreadable
	}
	sum, err := c.sums.Of(f)
	if err != nil {
		return unreadable
	}
	return sum
}

// fileID tells a file from all others that exist at the same time.
func fileID(info fs.FileInfo) any {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return [2]uint64{uint64(st.Dev), st.Ino}
	}
	return nil
}
