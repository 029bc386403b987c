package nova

import (
	"slices"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// BlockDevice is a volume that a server has, or is about to have.
type BlockDevice struct {
	ID           string
	ServerID     string
	VolumeID     string
	AttachmentID string // Cinder's
	Device       string // such as "/dev/vdb"
	Tag          *string
	Number       int  // counts the devices of a server
	Root         bool // the server boots from it

	// What a volume that is made for the server is made of: "image", "snapshot" or "blank", and of which size and type. All are
	// empty for a volume that was there before.
	Source, SourceID string
	Size             int // GiB
	VolumeType       string

	DeleteOnTermination bool
}

// devicesOf are a server's block devices, in order.
func (s *Service) devicesOf(r state.Reader, server string) []BlockDevice {
	var out []BlockDevice
	for d := range s.devicesByServer.Ascend(r, BlockDevice{ServerID: server}) {
		if d.ServerID != server {
			break
		}
		out = append(out, d)
	}
	return out
}

// deviceOf is the block device that a volume is to a server.
func (s *Service) deviceOf(r state.Reader, server, volume string) (BlockDevice, bool) {
	for _, d := range s.devicesOf(r, server) {
		if d.VolumeID == volume {
			return d, true
		}
	}
	return BlockDevice{}, false
}

// volumesOf are those of a server's block devices that are volumes already.
func (s *Service) volumesOf(r state.Reader, server string) []BlockDevice {
	return slices.DeleteFunc(s.devicesOf(r, server), func(d BlockDevice) bool { return d.VolumeID == "" })
}

// maxDevices bounds the block devices of a server: as many as there are letters.
const maxDevices = 26

// deviceName is the nth disk of a server.
func deviceName(n int) string { return "/dev/vd" + string(rune('a'+min(n, maxDevices-1))) }

// freeDevice is the first name that none of the devices has; the first disk is what the server boots from.
func freeDevice(devices []BlockDevice) (name string, ok bool) {
	taken := map[string]bool{}
	for _, d := range devices {
		taken[d.Device] = true
	}
	for n := 1; n < maxDevices; n++ {
		if name := deviceName(n); !taken[name] {
			return name, true
		}
	}
	return "", false
}

func tooManyDevices() error {
	return fail.New(fail.Forbidden, "The maximum allowed number of disk devices (%d) to attach to a single instance has been exceeded.", maxDevices)
}

// attachmentView is a volume of a server (nova/api/openstack/compute/volume_attachments.py,
// _translate_attachment_detail_view).
type attachmentView struct {
	ID           string `json:"id,omitempty"` // the volume's; until 2.88
	VolumeID     string `json:"volumeId"`
	ServerID     string `json:"serverId"`
	Device       string `json:"device,omitempty"`
	Tag          any    `json:"tag,omitempty"`
	Terminates   *bool  `json:"delete_on_termination,omitempty"`
	AttachmentID string `json:"attachment_id,omitempty"`
	DeviceID     string `json:"bdm_uuid,omitempty"`
}

func newAttachmentView(c *httpapi.Call, d BlockDevice) attachmentView {
	v := attachmentView{VolumeID: d.VolumeID, ServerID: d.ServerID, Device: d.Device}
	if c.Version.AtLeast(mvAttachmentTag) {
		v.Tag = d.Tag
	}
	if c.Version.AtLeast(mvAttachmentTerminates) {
		v.Terminates = &d.DeleteOnTermination
	}
	if c.Version.AtLeast(mvAttachmentIDs) {
		v.AttachmentID, v.DeviceID = d.AttachmentID, d.ID
	} else {
		v.ID = d.VolumeID
	}
	return v
}
