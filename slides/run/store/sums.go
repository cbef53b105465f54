package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
	"io"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Sums knows the contents of files by their stat data: device, inode, size, and both times. Only
// root can set the time of change (ctime), so a write changes it, with one exception: two writes
// within a tick of the clock leave the same time. So a sum is not remembered if the file changed
// shortly before it was read.
//
// A nil *Sums knows nothing. Its methods may be called at the same time.
type Sums struct {
	path string
	old  []byte        // records, sorted
	used []atomic.Bool // the records that callers asked for
	mu   sync.RWMutex
	new  map[Stat]Sum
}

// Sum is the SHA-256 of a file's content.
type Sum [sha256.Size]byte

// Stat tells two states of a file apart.
type Stat struct {
	Dev, Ino     uint64
	Size         int64
	Mtime, Ctime int64 // ns
}

const (
	sumsMagic = "slidexec sums 2\n"
	statSize  = 5 * 8
	record    = statSize + sha256.Size
	mostSums  = 200_000         // records
	settled   = 2 * time.Second // FAT's times are the coarsest
)

// bytes orders records by device and inode.
func (s Stat) bytes() (b [statSize]byte) {
	binary.BigEndian.PutUint64(b[0:], s.Dev)
	binary.BigEndian.PutUint64(b[8:], s.Ino)
	binary.BigEndian.PutUint64(b[16:], uint64(s.Size))
	binary.BigEndian.PutUint64(b[24:], uint64(s.Mtime))
	binary.BigEndian.PutUint64(b[32:], uint64(s.Ctime))
	return b
}

// openSums reads the file; it treats a damaged file as empty.
func openSums(path string, under *Domain) *Sums {
	s := &Sums{path: path, new: map[Stat]Sum{}}
	b, err := read(path)
	if err != nil && under != nil {
		b, err = read(under.dir + "/sums")
	}
	body, ok := bytes.CutPrefix(b, []byte(sumsMagic))
	if err != nil || !ok || len(body) < 4 || (len(body)-4)%record != 0 {
		return s
	}
	if binary.BigEndian.Uint32(body) == crc32.ChecksumIEEE(body[4:]) {
		s.old = body[4:]
		s.used = make([]atomic.Bool, len(s.old)/record)
	}
	return s
}

// Known returns the sum of a file with this Stat.
func (s *Sums) Known(st Stat) (sum Sum, ok bool) {
	if s == nil {
		return sum, false
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	key := st.bytes()
	if i, found := search(s.old, key[:]); found {
		s.used[i].Store(true)
		copy(sum[:], s.old[i*record+statSize:])
		return sum, true
	}
	sum, ok = s.new[st]
	return sum, ok
}

// search finds the record that begins with a key.
func search(records, key []byte) (int, bool) {
	lo, hi := 0, len(records)/record
	for lo < hi {
		mid := (lo + hi) / 2
		switch c := bytes.Compare(records[mid*record:mid*record+statSize], key); {
		case c == 0:
			return mid, true
		case c < 0:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return lo, false
}

// Of returns the sum of an open file's content from its beginning, and remembers it.
func (s *Sums) Of(f *os.File) (Sum, error) {
	before, err := StatFile(f)
	if err != nil {
		return Sum{}, err
	}
	if sum, ok := s.Known(before); ok {
		return sum, nil
	}
	begin := time.Now()
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(f, 0, before.Size)); err != nil {
		return Sum{}, err
	}
	sum := Sum(h.Sum(nil))
	after, err := StatFile(f)
	if err == nil && after == before {
		s.add(before, sum, begin)
	}
	return sum, err
}

// OfPlain is Of for a path that leads to a plain file, without a link at its end.
func (s *Sums) OfPlain(path string) (Sum, error) {
	f, err := openPlain(path)
	if err != nil {
		return Sum{}, err
	}
	defer f.Close()
	return s.Of(f)
}

// add remembers a sum that was computed from begin on.
func (s *Sums) add(st Stat, sum Sum, begin time.Time) {
	if s == nil || max(st.Ctime, st.Mtime) >= begin.Add(-settled).UnixNano() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.new[st] = sum
}

// save writes the file if there is something new: the used records, and about as many others.
func (s *Sums) save(to *Store) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.new) == 0 {
		return nil
	}
	records := make([][]byte, 0, len(s.new)+len(s.used))
	for st, sum := range s.new {
		key := st.bytes()
		records = append(records, append(key[:], sum[:]...))
	}
	spare := len(s.new) + 1000
	for i := range s.used {
		if s.used[i].Load() {
			spare++
		}
	}
	for i := range s.used {
		used := s.used[i].Load()
		if used || spare > 0 {
			records = append(records, s.old[i*record:(i+1)*record])
		}
		if !used {
			spare--
		}
	}
	if len(records) > mostSums {
		records = records[:mostSums] // the new ones are first
	}
	slices.SortFunc(records, bytes.Compare)
	body := bytes.Join(records, nil)
	head := binary.BigEndian.AppendUint32([]byte(sumsMagic), crc32.ChecksumIEEE(body))
	if err := to.write(s.path, append(head, body...)); err != nil {
		return err
	}
	s.old, s.used, s.new = body, make([]atomic.Bool, len(records)), map[Stat]Sum{}
	return nil
}
