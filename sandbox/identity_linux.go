package sandbox

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// An identity is the user and group that the program has outside, for which uid stands inside.
type identity struct {
	uid, gid int
	root     bool // the caller is root, so nobody else uses uid and gid, and the caller must help
	unique   uint64
}

// A sandbox of root takes its user from these numbers. They are above those handed out to people,
// services and containers (systemd's UIDS-GIDS document), and there are enough that two sandboxes
// alive at the same time differ.
const (
	firstUnused = 0x40000000
	unusedCount = 0x20000000
)

// identify chooses the user that the program runs as. An ordinary caller's programs run as the
// caller. Root's programs never run as root, because the kernel lets host uid 0 write to files in
// /proc by ownership, whatever namespace it is in. With same, they run as the caller all the same.
// unique is a number that no other living sandbox has.
func identify(unique uint64, same bool) (identity, error) {
	if os.Geteuid() != 0 || same {
		return identity{uid: os.Geteuid(), gid: os.Getegid(), unique: unique}, nil
	}
	u, err := unused("/proc/self/uid_map", unique)
	if err != nil {
		return identity{}, err
	}
	g, err := unused("/proc/self/gid_map", unique)
	return identity{uid: u, gid: g, root: true, unique: unique}, err
}

// owns reports whether the source m belongs to the identity's user and group. Other owners have no
// number inside, and an overlay cannot copy their files up.
func (id identity) owns(m Mount) bool {
	var st unix.Stat_t
	return m.stat(&st) == nil && int(st.Uid) == id.uid && int(st.Gid) == id.gid
}

// unused picks a number that exists in the caller's user namespace. If the map is short, as in a
// container, the number comes from the upper half of the longest range.
func unused(mapFile string, unique uint64) (int, error) {
	text, err := os.ReadFile(mapFile)
	if err != nil {
		return 0, err
	}
	var first, count uint64
	lines := bufio.NewScanner(strings.NewReader(string(text)))
	for lines.Scan() {
		var inside, outside, n uint64
		if _, err := fmt.Sscan(lines.Text(), &inside, &outside, &n); err != nil {
			return 0, fmt.Errorf("parse %s: %w", mapFile, err)
		}
		if inside <= firstUnused && inside+n >= firstUnused+unusedCount {
			return int(firstUnused + unique%unusedCount), nil
		}
		if n > count {
			first, count = inside, n
		}
	}
	const people = 1000 // lower numbers are the system's accounts
	half := count / 2
	if first+half < people {
		return 0, &SetupError{Layer: "user", Op: "find an unused user id", Path: mapFile, Err: unix.ENOSPC,
			Fix: "run as an ordinary user, or give the container a range of user ids"}
	}
	return int(first + half + unique%(count-half)), nil
}

// permitted reports whether this process may use a capability.
func permitted(capability uintptr) bool {
	head := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if unix.Capget(&head, &data[0]) != nil {
		return false
	}
	return data[capability/32].Permitted&(1<<(capability%32)) != 0
}
