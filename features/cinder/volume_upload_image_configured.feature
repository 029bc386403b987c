@cinder @glance
Feature: Uploads in clouds that are configured otherwise
  Operators decide whether images may be compressed, and what of an image goes along with a volume that came from it.

  @op:cinder.volumes.os-volume_upload_image @config:compressed_images @slow
  Scenario: A compressed image, where the cloud allows it
    Given an available volume "boot" of 1 GiB
    When I upload the volume "boot" to an image "golden" with:
      | container_format | compressed |
    And the upload ends
    Then the volume "boot" is "available"
    And the image "golden" is "active"
    And the image "golden" has:
      | container_format | compressed |
      | disk_format      | raw        |

  @op:cinder.volumes.os-volume_upload_image @config:nothing_carried
  Scenario: Nothing goes along
    Given I create an image "base" with:
      | disk_format      | raw    |
      | container_format | bare   |
      | os_distro        | debian |
    And I send the data "" to the image "base"
    And an available volume "boot" of 1 GiB from the image "base"
    When I upload the volume "boot" to an image "golden"
    And the upload ends
    Then the image "golden" is "active"
    And the image "golden" has no "os_distro"

  @op:cinder.volumes.os-volume_upload_image @config:reserved_namespaces
  Scenario: What begins with "os_" does not go along
    Given an available volume "boot" of 1 GiB
    And I set image metadata of the volume "boot":
      | os_distro   | debian |
      | hw_disk_bus | virtio |
    When I upload the volume "boot" to an image "golden"
    And the upload ends
    Then the image "golden" is "active"
    And the image "golden" has:
      | hw_disk_bus | virtio |
    And the image "golden" has no "os_distro"

  @op:cinder.volumes.os-volume_upload_image @config:no_image_conversion
  Scenario: Another disk format, where the cloud does not convert
    Given an available volume "boot" of 1 GiB
    When I upload the volume "boot" to an image "golden" with:
      | disk_format | qcow2 |
    And the upload ends
    Then the volume "boot" is "available"
    And the image "golden" is gone
    And I find the message "copy volume to image:Failed to upload volume to image at backend." about the volume "boot", of the event "VOLUME_VOLUME_003_004"
