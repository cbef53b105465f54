package sandbox

// This architecture never had the older calls.
var (
	archWatch    []uint32
	archOwners   []uint32
	archMetadata []uint32
	archBrokered map[int32]func(*asker) error
)
