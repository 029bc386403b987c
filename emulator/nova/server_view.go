package nova

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type serverRef struct {
	ID    string `json:"id"`
	Links []link `json:"links"`
}

type serverFlavor struct {
	VCPUs      int                `json:"vcpus"`
	RAM        int                `json:"ram"`
	Disk       int                `json:"disk"`
	Ephemeral  int                `json:"ephemeral"`
	Swap       int                `json:"swap"`
	Name       string             `json:"original_name"`
	ExtraSpecs *map[string]string `json:"extra_specs,omitempty"`
}

type serverVolume struct {
	ID         string `json:"id"`
	Terminates *bool  `json:"delete_on_termination,omitempty"`
}

type serverFault struct {
	Code    int    `json:"code"`
	Created stamp  `json:"created"`
	Message string `json:"message"`
}

// serverSummary is a server in a list without details.
type serverSummary struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Links []link `json:"links"`
}

// serverView is a server with all there is to tell.
type serverView struct {
	serverSummary
	Status       Status                   `json:"status"`
	TenantID     string                   `json:"tenant_id"`
	UserID       string                   `json:"user_id"`
	Metadata     map[string]string        `json:"metadata"`
	HostID       string                   `json:"hostId"`
	Image        any                      `json:"image"`
	Flavor       any                      `json:"flavor"`
	Created      stamp                    `json:"created"`
	Updated      stamp                    `json:"updated"`
	Addresses    map[string][]addressView `json:"addresses"`
	AccessIPv4   string                   `json:"accessIPv4"`
	AccessIPv6   string                   `json:"accessIPv6"`
	DiskConfig   string                   `json:"OS-DCF:diskConfig"`
	Progress     *int                     `json:"progress,omitempty"`
	Fault        *serverFault             `json:"fault,omitempty"`
	Locked       *bool                    `json:"locked,omitempty"`
	LockedReason any                      `json:"locked_reason,omitempty"`
	Description  any                      `json:"description,omitempty"`
	Tags         *[]string                `json:"tags,omitempty"`
	Certificates any                      `json:"trusted_image_certificates,omitempty"`
	ServerGroups *[]string                `json:"server_groups,omitempty"`
	*serverExtensions
}

// serverExtensions are what came with extensions of the API; before 2.75, a server that was changed is shown without them.
type serverExtensions struct {
	Zone         string          `json:"OS-EXT-AZ:availability_zone"`
	ConfigDrive  string          `json:"config_drive"`
	KeyName      *string         `json:"key_name"`
	LaunchedAt   *string         `json:"OS-SRV-USG:launched_at"`
	TerminatedAt *string         `json:"OS-SRV-USG:terminated_at"`
	Task         *string         `json:"OS-EXT-STS:task_state"`
	VMState      string          `json:"OS-EXT-STS:vm_state"`
	PowerState   int             `json:"OS-EXT-STS:power_state"`
	Groups       []securityGroup `json:"security_groups,omitempty"`
	Volumes      []serverVolume  `json:"os-extended-volumes:volumes_attached"`
	HostName     string          `json:"OS-EXT-SRV-ATTR:hostname,omitempty"`
	Host         string          `json:"OS-EXT-SRV-ATTR:host,omitempty"`
	InstanceName string          `json:"OS-EXT-SRV-ATTR:instance_name,omitempty"`
	Hypervisor   string          `json:"OS-EXT-SRV-ATTR:hypervisor_hostname,omitempty"`
}

// hostIDFor hides the name of the host from a project (nova/utils.py, generate_hostid).
func hostIDFor(project string) string {
	sum := sha256.Sum224([]byte(project + hostName))
	return hex.EncodeToString(sum[:])
}

func (s *Service) newServerView(c *httpapi.Call, r state.Reader, v Server) serverView {
	out := serverView{
		serverSummary: serverSummary{v.ID, v.Name, linksOf(c, "servers", v.ID)},
		Status:        v.Status, TenantID: v.ProjectID, UserID: v.UserID, Metadata: maps.Clone(v.Metadata), Image: "",
		Created: stamp(v.CreatedAt), Updated: stamp(v.UpdatedAt), Addresses: addressesOf(&v, true), DiskConfig: v.diskConfig(),
		AccessIPv4: v.AccessIPv4, AccessIPv6: v.AccessIPv6,
		serverExtensions: &serverExtensions{KeyName: v.KeyName, Volumes: []serverVolume{}},
	}
	if out.Metadata == nil {
		out.Metadata = map[string]string{}
	}
	if v.ImageID != "" {
		out.Image = serverRef{v.ImageID, linksOf(c, "images", v.ImageID)[1:]}
	}
	if c.Version.AtLeast(mvFlavorEmbedded) {
		f := serverFlavor{v.Flavor.VCPUs, v.Flavor.RAM, v.Flavor.Disk, v.Flavor.Ephemeral, v.Flavor.Swap, v.Flavor.Name, nil}
		specs := specsOf(v.Flavor)
		f.ExtraSpecs = &specs
		out.Flavor = f
	} else {
		out.Flavor = serverRef{v.Flavor.ID, linksOf(c, "flavors", v.Flavor.ID)[1:]}
	}
	if v.ConfigDrive {
		out.ConfigDrive = "True"
	}
	out.VMState, out.PowerState = v.vmState()
	if v.Task != "" {
		out.Task = &v.Task
	}
	if v.Status == StatusActive || v.Status == StatusBuild || v.Status == StatusReboot {
		zero := 0
		out.Progress = &zero
	}
	if v.Status == StatusError {
		out.Fault = &serverFault{500, stamp(v.UpdatedAt), v.Fault}
	}
	if !v.LaunchedAt.IsZero() {
		at := v.LaunchedAt.UTC().Format("2006-01-02T15:04:05.000000")
		out.LaunchedAt, out.Zone, out.HostID = &at, defaultZone, hostIDFor(v.ProjectID)
	}
	for _, d := range s.volumesOf(r, v.ID) {
		if d.VolumeID == "" {
			continue
		}
		volume := serverVolume{ID: d.VolumeID}
		if c.Version.AtLeast(mvVolumesTermination) {
			volume.Terminates = &d.DeleteOnTermination
		}
		out.Volumes = append(out.Volumes, volume)
	}
	if isAdmin(c) {
		out.InstanceName = "instance-" + v.ID[:8]
		if !v.LaunchedAt.IsZero() {
			out.Host, out.Hypervisor = hostName, hostName
		}
	}
	out.addSince(c, v)
	return out
}

// addSince adds what later microversions tell.
func (out *serverView) addSince(c *httpapi.Call, v Server) {
	if c.Version.AtLeast(mvLocked) {
		out.Locked = new(bool)
	}
	if c.Version.AtLeast(mvServerDescription) {
		out.Description = v.Description
	}
	if c.Version.AtLeast(mvServerTags) {
		tags := append([]string{}, v.Tags...)
		out.Tags = &tags
	}
	if c.Version.AtLeast(mvTrustedCertificates) {
		out.Certificates = (*string)(nil)
	}
	if c.Version.AtLeast(mvServerGroups) {
		out.ServerGroups = &[]string{}
	}
	if c.Version.AtLeast(mvHostNames) {
		out.HostName = v.HostName
	}
	if c.Version.AtLeast(mvLockedReason) {
		out.LockedReason = (*string)(nil)
	}
}

// withoutExtensions is what the answer to a change was before 2.75.
func (out serverView) withoutExtensions(v *Server) serverView {
	out.serverExtensions, out.Addresses = nil, addressesOf(v, false)
	return out
}
