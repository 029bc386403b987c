@cinder @control @faults
Feature: Background work that sticks or fails

  @op:cinder.volumes.create
  Scenario: A volume that is being created for as long as its backend hangs
    Given the work "cinder.volume.create" sticks
    When I create a volume "boot" of 1 GiB
    And 600 seconds pass
    Then the volume "boot" is "creating"
    When nothing goes wrong any more
    Then the volume "boot" becomes "available"
    And I find no message about the volume "boot"

  # flows/manager/create_volume.py: CreateVolumeFromSpecTask._create_raw_volume writes a message for each failure of the
  # driver, and OnFailureRescheduleTask asks the scheduler for another backend, three times in all (cinder ab09bc39).
  @op:cinder.volumes.create
  Scenario: A volume that no backend can create
    Given the work "cinder.volume.create" fails
    When I create a volume "boot" of 1 GiB
    Then the volume "boot" becomes "error"
    And I find the messages about the volume "boot":
      | create volume from backend storage:Driver failed to create the volume.   | VOLUME_VOLUME_008_012 |
      | create volume from backend storage:Driver failed to create the volume.   | VOLUME_VOLUME_008_012 |
      | create volume from backend storage:Driver failed to create the volume.   | VOLUME_VOLUME_008_012 |
      | schedule allocate volume:Could not find any available weighted backend.  | VOLUME_VOLUME_001_003 |

  # volume/manager.py, extend_volume_completion (cinder ab09bc39).
  @op:cinder.volumes.os-extend
  Scenario: A volume that its backend cannot extend
    Given an available volume "boot" of 1 GiB
    And the work "cinder.volume.extend" fails
    When I extend the volume "boot" to 2 GiB
    Then the volume "boot" becomes "error_extending"
    And the volume "boot" has:
      | size | 1 |
    And I find the messages about the volume "boot":
      | extend volume:Volume Driver failed to extend volume. | VOLUME_VOLUME_007_010 |

  # volume/manager.py, delete_volume, which tells nobody (cinder ab09bc39).
  @op:cinder.volumes.delete
  Scenario: A volume that its backend cannot delete
    Given an available volume "boot" of 1 GiB
    And the work "cinder.volume.delete" fails
    When I delete the volume "boot"
    Then the volume "boot" becomes "error_deleting"
    And I find no message about the volume "boot"

  @op:cinder.volumes.create
  Scenario: A volume that was created, though its user heard nothing of it
    Given the connection of the next "cinder.volumes.create" breaks after the work
    When I create a volume "boot" of 1 GiB and hear nothing of it
    Then one volume of the name "boot" is left
    And the volume "boot" becomes "available"
