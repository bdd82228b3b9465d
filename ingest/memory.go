package ingest

import (
	"fmt"
	"math"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
)

const (
	// rowsShare is which part of the memory rows may take before they go into
	// a file, engineShare which the embedded engine, and purchasesShare which
	// every purchase, if it is to be kept: the rest is for the histories.
	rowsShare      = 3
	engineShare    = 4
	purchasesShare = 2

	// unknownMemory is for machines that do not tell.
	unknownMemory = 4 << 30
)

// memory returns how many bytes may be used: what the options say, else half of
// the machine's memory or of what the process is allowed of it.
func (o *Options) memory() int64 {
	if o.Memory > 0 {
		return o.Memory
	}
	machine := int64(math.MaxInt64)
	for _, found := range []int64{
		debug.SetMemoryLimit(-1),
		firstNumber("/sys/fs/cgroup/memory.max", ""),
		firstNumber("/proc/meminfo", "MemTotal:") << 10,
	} {
		if found > 0 {
			machine = min(machine, found)
		}
	}
	if machine == math.MaxInt64 {
		return unknownMemory
	}
	return machine / 2
}

// checkTempDir returns an error if the folder for what does not fit into memory
// cannot be that, before it is known whether it is needed.
func (o *Options) checkTempDir() error {
	if o.TempDir == "" {
		return nil
	}
	if info, err := os.Stat(o.TempDir); err != nil || !info.IsDir() {
		return fmt.Errorf("there is no folder %s for what does not fit into memory: name one that exists", o.TempDir)
	}
	return nil
}

// firstNumber returns the number that follows a word in a file, 0 if there is
// none.
func firstNumber(path, word string) int64 {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), word)
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	n, _ := strconv.ParseInt(fields[0], 10, 64)
	return n
}
