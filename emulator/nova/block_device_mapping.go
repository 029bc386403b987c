package nova

import (
	"slices"
	"strconv"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// schemaBlockDevice is an item of block_device_mapping_v2 (nova/api/openstack/compute/schemas/servers.py).
var schemaBlockDevice = schema.Dict{
	{"type", "object"},
	{"properties", schema.Dict{
		{"virtual_name", schemaText(0, 255)},
		{"volume_id", schema.Dict{{"type", "string"}, {"format", "uuid"}}},
		{"snapshot_id", schema.Dict{{"type", "string"}, {"format", "uuid"}}},
		{"image_id", schema.Dict{{"type", "string"}, {"format", "uuid"}}},
		{"volume_size", schema.Dict{{"type", schema.List{"integer", "string"}}, {"pattern", "^[0-9]+$"}, {"minimum", 1}, {"maximum", 1<<31 - 1}}},
		{"device_name", schemaText(1, 255).With("pattern", "^[a-zA-Z0-9._/-]*$")},
		{"delete_on_termination", schema.Dict{{"type", schema.List{"boolean", "string"}}}},
		{"no_device", schema.Dict{}},
		{"connection_info", schemaText(0, 16777215)},
		{"source_type", schema.Dict{{"type", "string"}, {"enum", schema.List{sourceVolume, sourceImage, sourceSnapshot, sourceBlank}}}},
		{"uuid", schemaText(1, 255).With("pattern", "^[a-zA-Z0-9._-]*$")},
		{"destination_type", schema.Dict{{"type", "string"}, {"enum", schema.List{"local", "volume"}}}},
		{"guest_format", schemaText(0, 255)},
		{"device_type", schemaText(0, 255)},
		{"disk_bus", schemaText(0, 255)},
		{"boot_index", schema.Dict{{"type", schema.List{"integer", "string", "null"}}, {"pattern", "^-?[0-9]+$"}}},
		{"tag", schemaTag},                  // since 2.32
		{"volume_type", schemaText(0, 255)}, // since 2.67
	}},
	{"additionalProperties", false},
}

func schemaText(least, most int) schema.Dict {
	return schema.Dict{{"type", "string"}, {"minLength", least}, {"maxLength", most}}
}

// What a block device can be made of.
const (
	sourceVolume   = "volume"
	sourceImage    = "image"
	sourceSnapshot = "snapshot"
	sourceBlank    = "blank"
)

// mapping is an item of block_device_mapping_v2 as asked for.
type mapping struct {
	Source, ID  string
	Local       bool // on the host, and so nothing to Cinder
	Swap        bool
	Size        int // GiB; 0 when it is not said
	VolumeType  string
	Boot        int // negative for a device that is not for booting
	Tag         *string
	Terminates  bool
	DeviceNamed string
}

func invalidMapping(details string) error {
	return fail.New(fail.Invalid, "Block Device Mapping is Invalid: %s", details)
}

// mappingOf reads an item (nova/block_device.py, BlockDeviceDict.from_api).
func mappingOf(in schema.Dict, imageNamed bool) (mapping, error) {
	m := mapping{
		Source: text(in, "source_type"), ID: text(in, "uuid"), Size: number(in, "volume_size"), VolumeType: text(in, "volume_type"),
		Terminates: truth(in, "delete_on_termination"), Swap: text(in, "guest_format") == "swap", Boot: -1, DeviceNamed: text(in, "device_name"),
	}
	m.Local = text(in, "destination_type") == "local" || text(in, "destination_type") == "" && (m.Source == sourceImage || m.Source == sourceBlank)
	if n, err := strconv.Atoi(text(in, "boot_index")); err == nil {
		m.Boot = n
	}
	if tag := text(in, "tag"); tag != "" {
		m.Tag = &tag
	}
	switch {
	case m.Source == sourceBlank && m.ID != "":
		return m, invalidMapping("Invalid device UUID.")
	case m.Source != sourceBlank && m.ID == "":
		return m, invalidMapping("Missing device UUID.")
	case m.Source == sourceImage && m.Local && (!imageNamed || m.Boot != 0):
		return m, invalidMapping("Mapping image to local is not supported.")
	case m.Local && m.VolumeType != "":
		return m, invalidMapping("Specifying a volume_type with destination_type=local is not supported.")
	case m.Source == sourceVolume && m.VolumeType != "":
		return m, invalidMapping("Specifying volume type to existing volume is not supported.")
	}
	return m, nil
}

// mappingsOf reads what a server is to have for disks, and tells whether it makes sense (nova/compute/api.py,
// _validate_bdm).
func mappingsOf(v *Server, asked schema.Dict) ([]mapping, error) {
	list, _ := field(asked, "block_device_mapping_v2").(schema.List)
	var all []mapping
	for _, item := range list {
		in, _ := item.(schema.Dict)
		m, err := mappingOf(in, v.ImageID != "")
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	if len(all) == 0 {
		return nil, nil
	}
	var boots []int
	ephemeral, swaps, swap := 0, 0, 0
	for _, m := range all {
		if m.Boot >= 0 {
			boots = append(boots, m.Boot)
		}
		switch {
		case m.Local && m.Source == sourceBlank && m.Swap:
			swaps, swap = swaps+1, m.Size
		case m.Local && m.Source == sourceBlank && m.Size == 0:
			ephemeral += v.Flavor.Ephemeral
		case m.Local && m.Source == sourceBlank:
			ephemeral += m.Size
		}
	}
	slices.Sort(boots)
	for i, boot := range boots {
		if i != boot {
			return nil, noBootSequence()
		}
	}
	switch {
	case len(boots) == 0:
		return nil, noBootSequence()
	case ephemeral > v.Flavor.Ephemeral:
		return nil, fail.New(fail.Invalid, "Ephemeral disks requested are larger than the instance type allows. If no size is given in one "+
			"block device mapping, flavor ephemeral size will be used.")
	case swaps > 1:
		return nil, invalidMapping("More than one swap drive requested.")
	case swap > v.Flavor.Swap:
		return nil, fail.New(fail.Invalid, "Swap drive requested is larger than instance type allows.")
	}
	return all, nil
}

func noBootSequence() error {
	return invalidMapping("Boot sequence for the instance and image/block device mapping combination is not valid.")
}

// devicesAsked are the volumes that a server asks for. Those that are still to be made have a Source, and no volume yet.
func (s *Service) devicesAsked(c *httpapi.Call, v *Server, asked schema.Dict) ([]BlockDevice, error) {
	mappings, err := mappingsOf(v, asked)
	if err != nil {
		return nil, err
	}
	var devices []BlockDevice
	for _, m := range mappings {
		if m.Local {
			continue
		}
		d := BlockDevice{
			ID: s.ids.UUID(), ServerID: v.ID, Device: m.DeviceNamed, Tag: m.Tag, Number: len(devices), Root: m.Boot == 0, DeleteOnTermination: m.Terminates,
		}
		if m.Source == sourceVolume {
			if d.VolumeID = m.ID; !isUUIDLike(m.ID) {
				return nil, invalidMapping("failed to get volume " + m.ID + ".")
			}
		} else {
			d.Source, d.SourceID, d.Size, d.VolumeType = m.Source, m.ID, m.Size, m.VolumeType
			if err := s.checkSource(c, v, &d); err != nil {
				return nil, err
			}
		}
		devices = append(devices, d)
	}
	if len(devices) >= maxDevices {
		return nil, tooManyDevices()
	}
	nameDevices(devices)
	return devices, nil
}

// checkSource tells whether a volume can be made for a server, and of which size it is when that is not said.
func (s *Service) checkSource(c *httpapi.Call, v *Server, d *BlockDevice) error {
	ctx, auth := c.Context(), authOf(c)
	if d.VolumeType != "" {
		if err := s.volumes.hasType(ctx, auth, d.VolumeType); err != nil {
			return err
		}
	}
	switch d.Source {
	case sourceImage:
		if d.SourceID != v.ImageID {
			if _, err := s.images.show(ctx, auth, d.SourceID); err != nil {
				return invalidMapping("failed to get image " + d.SourceID + ".")
			}
		}
		if d.Size == 0 {
			return fail.New(fail.Invalid, "Images with destination_type 'volume' need to have a non-zero size specified")
		}
	case sourceSnapshot:
		snapshot, err := s.volumes.snapshot(ctx, auth, d.SourceID)
		if err != nil {
			return invalidMapping("failed to get snapshot " + d.SourceID + ".")
		}
		if d.Size == 0 {
			d.Size = snapshot.Size
		}
	case sourceBlank:
		if d.Size == 0 {
			return fail.New(fail.Invalid, "Blank volumes (source: 'blank', dest: 'volume') need to have non-zero size")
		}
	}
	return nil
}

// nameDevices gives those without a name the first that is free; the first disk is what the server boots from.
func nameDevices(devices []BlockDevice) {
	for i := range devices {
		d := &devices[i]
		switch free, ok := freeDevice(devices); {
		case d.Device != "":
		case d.Root:
			d.Device = deviceName(0)
		case ok:
			d.Device = free
		}
	}
}
