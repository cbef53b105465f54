package live

import (
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"time"
)

// memory is a file system that a test's script writes to. Its clock is the test's.
type memory struct {
	mu     sync.Mutex
	nodes  map[string]*node
	inodes uint64
	deaf   bool // sends no events
	blind  bool // does not know who writes
	names  chan string
	tears  map[string]string // texts of files that are emptied for a moment when they are read
	now    bool              // before that; otherwise right after it
}

type node struct {
	stamp
	text string
	open bool // somebody writes to it
}

func newMemory() *memory {
	return &memory{nodes: map[string]*node{}, names: make(chan string, 1000)}
}

func (m *memory) look(path string) stamp {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n := m.nodes[path]; n != nil {
		return n.stamp
	}
	return stamp{}
}

func (m *memory) written(path string) openFor {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := m.nodes[path]
	switch {
	case n == nil, m.blind:
		return unknown
	case n.open:
		return writing
	}
	return nobody
}

func (m *memory) real(path string) string { return path }
func (m *memory) watch(string) folder     { return folder{watched: !m.deaf, remote: m.deaf} }
func (m *memory) unwatch(string)          {}
func (m *memory) ways([]string) bool      { return true }
func (m *memory) events() <-chan string   { return m.names }
func (m *memory) Close() error            { return nil }

func (m *memory) read(name string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := m.nodes[name]
	switch {
	case n == nil:
		return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	case n.mode.IsDir():
		return nil, fmt.Errorf("%s is a folder", name)
	case n.mode.Perm() == 0:
		return nil, fmt.Errorf("%s: %w", name, fs.ErrPermission)
	}
	return []byte(n.text), nil
}

// Read and Stat open pictures.
func (m *memory) Read(path string, _ int64) ([]byte, error) { return m.read(path) }

func (m *memory) Stat(path string) (fs.FileInfo, error) {
	_, err := m.read(path)
	return nil, err
}

// once is how a Reader reads.
func (m *memory) once(_ Opener, name string, _ int64) (reading, error) {
	text, tears := m.tears[name]
	late := tears && !m.now
	empty := func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		delete(m.tears, name)
		m.nodes[name].put("")
		time.AfterFunc(20*time.Millisecond, func() { m.write(name, text) })
	}
	if tears && m.now {
		empty()
	}
	data, err := m.read(name)
	got := reading{data, m.look(name), m.written(name) != writing}
	if late {
		empty()
	}
	return got, err
}

// change does something to the files and tells about names.
func (m *memory) change(do func(), names ...string) {
	m.mu.Lock()
	do()
	m.mu.Unlock()
	for _, name := range names {
		if !m.deaf {
			m.names <- name
		}
	}
}

func (m *memory) make(path string, mode fs.FileMode) *node {
	m.inodes++
	n := &node{stamp: stamp{mode: mode, inode: m.inodes}}
	m.nodes[path] = n
	return n
}

func (n *node) put(text string) {
	n.text, n.size = text, int64(len(text))
	n.mtime, n.ctime = time.Now(), time.Now()
}

func (m *memory) write(path, text string) {
	m.change(func() {
		n := m.nodes[path]
		if n == nil {
			n = m.make(path, 0o644)
		}
		n.put(text)
	}, path, path)
}

// edits are what scripts can do to files. The argument is the rest of the command's line, text the
// lines below it.
var edits = map[string]func(m *memory, arg, text string){
	"write": (*memory).write,
	"long": func(m *memory, path, text string) {
		m.write(path, text+strings.Repeat("and so on\n", 300))
	},
	"begin": func(m *memory, path, text string) {
		m.change(func() {
			n := m.nodes[path]
			if n == nil {
				n = m.make(path, 0o644)
			}
			n.put(text)
			n.open = true
		}, path)
	},
	"more": func(m *memory, path, text string) {
		m.change(func() { n := m.nodes[path]; n.put(n.text + text) }, path)
	},
	"close": func(m *memory, path, _ string) { m.change(func() { m.nodes[path].open = false }) },
	"touch": func(m *memory, path, _ string) { m.change(func() { n := m.nodes[path]; n.put(n.text) }, path) },
	"remove": func(m *memory, path, _ string) {
		m.change(func() { delete(m.nodes, path) }, path)
	},
	"tear": func(m *memory, path, text string) {
		m.tears, m.now = map[string]string{path: text}, true
		m.write(path, "not yet\n")
	},
	"late": func(m *memory, path, text string) {
		m.tears, m.now = map[string]string{path: text}, false
		m.write(path, "not yet\n")
	},
	"rename": func(m *memory, arg, _ string) {
		from, to, _ := strings.Cut(arg, " ")
		m.change(func() { m.nodes[to] = m.nodes[from]; delete(m.nodes, from) }, from, to)
	},
	"folder": func(m *memory, path, _ string) {
		m.change(func() { m.make(path, fs.ModeDir|0o755) }, path)
	},
	"lock":   func(m *memory, path, _ string) { m.change(func() { m.nodes[path].mode = 0 }, path) },
	"unlock": func(m *memory, path, _ string) { m.change(func() { m.nodes[path].mode = 0o644 }, path) },
	"deaf":   func(m *memory, _, _ string) { m.deaf = true },
	"blind":  func(m *memory, _, _ string) { m.blind = true },
	"lose":   func(m *memory, _, _ string) { m.names <- "" },
}
