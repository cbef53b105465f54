package sandbox

import (
	"fmt"
	"sync"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/sandbox/internal/stage"
)

// A stage or a keeper can be killed right after it has made a process for us and before it has told
// us the number. A process that nobody knows of is never waited for, and if it runs somebody's
// program, that program must not run a second time. So the kernel writes the number into a cell of
// memory that we share with our helpers. When a helper is dead, we go by the cell alone.

// A board is that memory.
type board struct {
	fd    int
	cells []atomic.Int32
	mu    sync.Mutex
	free  []int
}

// ownBoard is the one of this process, made when it is first needed and kept.
var ownBoard = sync.OnceValues(newBoard)

func newBoard() (*board, error) {
	const name, flags = "slidexec-numbers", unix.MFD_CLOEXEC
	fd, err := unix.MemfdCreate(name, flags|unix.MFD_NOEXEC_SEAL)
	if err != nil { // older than Linux 6.3
		fd, err = unix.MemfdCreate(name, flags)
	}
	if err != nil {
		return nil, fmt.Errorf("sandbox: make a memory file: %w", err)
	}
	err = unix.Ftruncate(fd, stage.CellsSize)
	var mem []byte
	if err == nil {
		mem, err = unix.Mmap(fd, 0, stage.CellsSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	}
	if err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("sandbox: map a memory file: %w", err)
	}
	b := &board{fd: fd, cells: unsafe.Slice((*atomic.Int32)(unsafe.Pointer(&mem[0])), stage.Cells)}
	for i := range b.cells {
		b.free = append(b.free, i)
	}
	return b, nil
}

// A cell is one number's place.
type cell struct {
	*board
	index int
}

// takeCell returns an empty cell; the caller releases it.
func takeCell() (cell, error) {
	b, err := ownBoard()
	if err != nil {
		return cell{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	n := len(b.free)
	if n == 0 {
		return cell{}, fmt.Errorf("sandbox: %d sandboxes are being made at once", stage.Cells)
	}
	c := cell{b, b.free[n-1]}
	b.free = b.free[:n-1]
	b.cells[c.index].Store(0)
	return c, nil
}

// pid is the number of the process that was made, or 0. It is final when the helper is dead.
func (c cell) pid() int { return int(c.cells[c.index].Load()) }

func (c cell) release() {
	c.mu.Lock()
	c.free = append(c.free, c.index)
	c.mu.Unlock()
}
