/* Steps any job through the functions of its module. */
#include "core/base/job.h"

enum job_state job_step(struct job *job, int budget_ms, struct error *err)
{
    return job->ops->step(job, budget_ms, err);
}

void job_progress(const struct job *job, struct job_progress *out)
{
    *out = (struct job_progress){0};
    job->ops->progress(job, out);
}

void job_free(struct job *job)
{
    if (job)
        job->ops->free(job);
}
