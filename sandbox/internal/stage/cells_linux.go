package stage

import "syscall"

// Whoever starts init may be killed between that and telling the caller its number; then nobody
// would ever wait for it. So the kernel writes the number to memory that is the caller's too, while
// it makes the process and before that runs (CLONE_PARENT_SETTID). Init itself has no
// use for this memory: what a keeper forks gets none (MADV_DONTFORK), and what a stage does unmaps it.

// Cells is how many numbers fit into the memory file that a caller shares with its stages and keepers.
const Cells = CellsSize / cellSize

// CellsSize is the size of that file in bytes.
const CellsSize = 4096

const cellSize = 4

// mapCells maps the file and closes it. It returns 0 if that fails: then the number is written nowhere.
func mapCells(fd int) uintptr {
	const readWrite = syscall.PROT_READ | syscall.PROT_WRITE
	at, _, errno := syscall.RawSyscall6(syscall.SYS_MMAP, 0, CellsSize, readWrite, syscall.MAP_SHARED, uintptr(fd), 0)
	syscall.RawSyscall(syscall.SYS_CLOSE, uintptr(fd), 0, 0)
	if errno != 0 {
		return 0
	}
	return at
}
