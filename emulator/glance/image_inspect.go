package glance

import (
	"bytes"
	"encoding/binary"
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

// magics tell the formats of disks by bytes at a place.
var magics = []struct {
	format string
	offset int64
	bytes  string
}{
	{"qcow2", 0, "QFI\xfb"},
	{"qed", 0, "QED\x00"},
	{"luks", 0, "LUKS\xba\xbe"},
	{"vhdx", 0, "vhdxfile"},
	{"vhd", 0, "conectix"},
	{"vmdk", 0, "KDMV"},
	{"vdi", 0x40, "\x7f\x10\xda\xbe"},
	{"iso", 0x8001, "CD001"},
}

// inspect tells the size of the disk that data is an image of, 0 when that cannot be told. Newer releases refuse data
// that is not in the format that the image claims, and in both it is only looked at if nothing is wrapped around it.
func (s *Service) inspect(i *Image, data content.Content) (int64, error) {
	if i.ContainerFormat != "bare" {
		return 0, nil
	}
	format := formatOf(data)
	switch {
	case i.DiskFormat == "raw":
		return 0, nil // of these hold sees to it
	case i.DiskFormat == format:
		return virtualSize(format, data), nil
	case !s.release.AtLeast(release.Epoxy), format == "raw" && !slices.Contains(inspectable, i.DiskFormat):
		return 0, nil
	}
	return 0, fail.New(fail.UnsupportedMedia, "Image disk_format %s does not match stream data %s", i.DiskFormat, format)
}

// inspectable are the disk formats that upstream's inspector knows.
var inspectable = []string{"raw", "qcow2", "vhd", "vhdx", "vmdk", "vdi", "iso"}

func formatOf(data content.Content) string {
	for _, m := range magics {
		if bytes.Equal(head(data, m.offset, len(m.bytes)), []byte(m.bytes)) {
			return m.format
		}
	}
	return "raw"
}

// virtualSize reads the size of the disk out of the header of its image.
func virtualSize(format string, data content.Content) int64 {
	big := func(at int64) uint64 { return binary.BigEndian.Uint64(head(data, at, 8)) }
	little := func(at int64) uint64 { return binary.LittleEndian.Uint64(head(data, at, 8)) }
	var n uint64
	switch format {
	case "qcow2":
		n = big(24)
	case "vhd":
		n = big(40)
	case "vdi":
		n = little(0x170)
	case "vmdk":
		n = little(12) * 512
	case "iso":
		n = (little(0x8050) & 0xffffffff) * (little(0x8080) & 0xffff)
	}
	return int64(n & (1<<63 - 1))
}

// head is a few bytes of data; where it ends before they do, they are zeros.
func head(data content.Content, at int64, n int) []byte {
	b := make([]byte, n)
	if _, err := data.ReadAt(b, at); err != nil && at+int64(n) <= data.Size() {
		clear(b) // unreadable data has no format
	}
	return b
}
