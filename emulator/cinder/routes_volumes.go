package cinder

// versionRows are the documents that tell the versions.
func versionRows() []row { return nil }

// volumeRows are volumes and their metadata.
func volumeRows() []row { return nil }

// volumeActionRows are POST .../volumes/{volume_id}/action.
func volumeActionRows() []row { return nil }
